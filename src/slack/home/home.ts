/** Builds one person's Home tab: what waits for them, the targets, open incidents, and the last deploys. */
import { readHome } from '../../operations/home.ts';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import { permalinkOf } from '../client/card.ts';
import type { SlackContext } from '../context.ts';
import { identify, type Origin } from '../people/identify.ts';
import { homeView } from '../views/home.ts';
import { sentenceView } from '../views/parts/answers.ts';
import type { Message } from '../views/parts/message.ts';

export async function renderHome(
  context: SlackContext,
  user: string,
  from: Origin,
): Promise<Message['blocks']> {
  const known = await identify(context, user, from);
  const message = known.ok ? await homeOf(context, known.person) : sentenceView(known.words);
  return context.post.prepare(message).blocks;
}

async function homeOf(context: SlackContext, person: Person): Promise<Message> {
  try {
    return await readableHome(context, person);
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    return sentenceView(`The ledger can't be read now: ${error.words}. \`/raxx diagnose\` works without it.`);
  }
}

async function readableHome(context: SlackContext, person: Person): Promise<Message> {
  const home = await readHome(context, context.facts, person, context.now());
  const withCard = async (action: Action) => ({ action, card: await permalinkOf(context, action.card) });
  const [waiting, deploys, incidents] = await Promise.all([
    Promise.all(home.waiting.map(withCard)),
    Promise.all(
      home.deploys.map(async (one) =>
        one.kind === 'release' ? one : { ...one, card: await permalinkOf(context, one.action.card) },
      ),
    ),
    Promise.all(
      home.incidents.map(async (incident: Incident) => ({
        incident,
        card: await permalinkOf(context, incident.card),
      })),
    ),
  ]);
  return homeView({ at: home.at, targets: home.targets, waiting, incidents, deploys });
}
