/** The page's JSON API: what a person can do and see here. Tests drive the sandbox through it, too. */
import { z } from 'zod';
import { GROUPS, type Group } from '../scenario.ts';
import type { Ack } from '../slack/deliver.ts';
import { Impossible, type Sender } from '../slack/sender.ts';
import type { Slack } from '../slack/slack.ts';
import { SLACKBOT } from '../slack/workspace.ts';
import type { World } from '../world.ts';
import { pushToBranch, reviewRun } from './outside-slack.ts';
import { showApps, showGitHub } from './show-world.ts';

export interface ScenarioCard {
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  readonly story: string;
  readonly expect: unknown;
}

export interface PageDeps {
  readonly slack: Slack;
  readonly sender: Sender;
  readonly scenarios: readonly ScenarioCard[];
  scenario(): ScenarioCard;
  /** Returns false if there is no scenario with that id. */
  setScenario(id: string): boolean;
  bot(): { readonly state: 'starting' | 'ready' | 'stopped'; readonly words: string };
  /** Returns the current world. */
  world(): World;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

const command = z.object({
  text: z.string().min(1),
  user: z.string(),
  channel: z.string().optional(),
  /** The `ts` of the message in whose thread to reply. */
  thread: z.string().optional(),
});
const click = z.object({
  ts: z.string(),
  actionId: z.string(),
  user: z.string(),
  channel: z.string().optional(),
  blockId: z.string().exactOptional(),
  value: z.string().exactOptional(),
});
const shortcut = z.object({
  ts: z.string(),
  channel: z.string(),
  callbackId: z.string(),
  user: z.string(),
});
const submit = z.object({
  user: z.string(),
  values: z.record(z.string(), z.record(z.string(), z.string())),
});

/**
 * Handles `GET /api/…` and `POST /api/…`.
 * Returns 400 for a malformed body, and 409 for something that nobody could do here.
 */
export async function answerApi(deps: PageDeps, name: string, body: unknown): Promise<ApiAnswer> {
  try {
    const found = await call(deps, name, body);
    return found === undefined
      ? { status: 404, body: { error: `there is no ${name} here` } }
      : { status: 200, body: found };
  } catch (error) {
    if (error instanceof Impossible) return { status: 409, body: { error: error.message } };
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    throw error;
  }
}

async function call(deps: PageDeps, name: string, body: unknown): Promise<unknown> {
  switch (name) {
    case 'GET messages':
      return deps.slack.messages.all();
    case 'GET scenarios':
      return deps.scenarios;
    case 'GET state':
      return showState(deps);
    case 'POST command':
      return say(deps, command.parse(body));
    case 'POST click': {
      const { user, channel, ...rest } = click.parse(body);
      const where = channel ?? deps.slack.messages.all().find((one) => one.ts === rest.ts)?.channel ?? '';
      return { ack: await deps.sender.click({ ...rest, channel: where, user: findUser(deps.slack, user) }) };
    }
    case 'POST shortcut': {
      const { user, ...rest } = shortcut.parse(body);
      return { ack: await deps.sender.shortcut({ ...rest, user: findUser(deps.slack, user) }) };
    }
    case 'POST home': {
      const { user } = z.object({ user: z.string() }).parse(body);
      return { ack: await deps.sender.openHome(findUser(deps.slack, user)) };
    }
    case 'POST submit': {
      const { user, values } = submit.parse(body);
      return { ack: await deps.sender.submit(findUser(deps.slack, user), values) };
    }
    case 'POST close': {
      deps.slack.views.close(findUser(deps.slack, z.object({ user: z.string() }).parse(body).user), false);
      return {};
    }
    case 'POST review':
      return reviewRun(deps.world(), body, deps.slack.now());
    case 'POST push':
      return pushToBranch(deps.world(), body, deps.slack.now());
    case 'POST scenario': {
      const { id } = z.object({ id: z.string() }).parse(body);
      if (!deps.setScenario(id)) throw new Impossible(`there is no scenario ${id}`);
      return { id };
    }
    default:
      return undefined;
  }
}

/** Text without a slash is an ordinary message. The bot receives it only if it is mentioned. */
async function say(deps: PageDeps, given: z.infer<typeof command>): Promise<{ ack?: Ack }> {
  const user = findUser(deps.slack, given.user);
  const { channels } = deps.slack.workspace;
  const wanted = (given.channel ?? 'moosequest').replace(/^#/, '').toLowerCase();
  const channel = channels.find((one) => one.id === given.channel || one.name === wanted);
  if (!channel) throw new Impossible(`there is no channel ${given.channel}`);
  if (given.text.trimStart().startsWith('/')) {
    return { ack: await deps.sender.command(given.text, user, channel.id) };
  }
  const ack = await deps.sender.say(given.text, user, channel.id, given.thread);
  return ack === null ? {} : { ack };
}

/** Finds a person by id, name, or e-mail address. */
function findUser(slack: Slack, wanted: string): string {
  const person = slack.workspace.people.find((one) => [one.id, one.name, one.email].includes(wanted));
  if (!person) throw new Impossible(`nobody here is called ${wanted}`);
  return person.id;
}

function showState(deps: PageDeps): Record<string, unknown> {
  const { workspace, views } = deps.slack;
  const world = deps.world();
  const { people, channels, groups, team, botUserId, shortcuts } = workspace;
  return {
    bot: deps.bot(),
    scenario: deps.scenario(),
    scenarios: deps.scenarios.map(({ id, title, group }) => ({ id, title, group })),
    groups: GROUPS,
    workspace: { team, people, channels, groups, botUserId, slackbot: SLACKBOT, shortcuts },
    homes: people.flatMap((one) => views.home(one.id) ?? []),
    modals: people.flatMap((one) => views.stack(one.id)),
    apps: showApps(world),
    github: showGitHub(world),
  };
}
