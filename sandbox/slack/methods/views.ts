/** `views.*` and `blocks.validate`: modals, the Home tab, and Slack's own validation of blocks. */
import { checkBlocks, checkView, type ViewContent } from '../blocks/check.ts';
import { type Arguments, accept, type Method, need, Refusal, readJson } from '../method.ts';
import type { Slack } from '../slack.ts';
import type { View } from '../views.ts';

const open: Method = {
  run(given, slack) {
    const content = readView(given, 'modal');
    return { view: showView(slack.views.open(takeTrigger(given, slack), content), slack) };
  },
};

const push: Method = {
  run(given, slack) {
    const content = readView(given, 'modal');
    const view = slack.views.push(takeTrigger(given, slack), content);
    if (!view) throw new Refusal('push_limit_reached');
    return { view: showView(view, slack) };
  },
};

const update: Method = {
  run(given, slack) {
    const content = readView(given, 'modal');
    const view = slack.views.find(
      given.view_id ? { id: given.view_id } : { externalId: need(given, 'external_id') },
    );
    if (!view) throw new Refusal('not_found');
    if (given.hash && given.hash !== view.hash) throw new Refusal('hash_conflict');
    return { view: showView(slack.views.update(view, content), slack) };
  },
};

const publish: Method = {
  run(given, slack) {
    const user = need(given, 'user_id');
    const content = readView(given, 'home');
    if (!slack.workspace.people.some((one) => one.id === user)) throw new Refusal('user_not_found');
    const before = slack.views.home(user);
    if (given.hash && given.hash !== before?.hash) throw new Refusal('hash_conflict');
    return { view: showView(slack.views.publish(user, content), slack) };
  },
};

const validate: Method = {
  run(given) {
    const blocks = readJson(given, 'blocks', 'invalid_arguments');
    const checked =
      blocks === undefined ? checkView(readJson(given, 'view', 'invalid_arguments')) : checkBlocks(blocks);
    return { errors: checked.ok ? [] : checked.messages.map((message) => ({ message })) };
  },
};

export const viewMethods: Record<string, Method> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
  'blocks.validate': validate,
};

/** Returns a view as it appears in responses and payloads. */
export function showView(view: View, slack: Slack): Record<string, unknown> {
  const { user: _user, ...content } = view;
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    state: { values: {} },
    ...content,
    team_id: slack.workspace.team.id,
    app_id: slack.workspace.appId,
    bot_id: slack.workspace.botId,
    root_view_id: slack.views.stack(view.user)[0]?.id ?? view.id,
    previous_view_id: null,
  };
}

/** Slack documents 250 kB. */
const LARGEST = 250_000;

function readView(given: Arguments, type: ViewContent['type']): ViewContent {
  if (Buffer.byteLength(need(given, 'view')) > LARGEST) throw new Refusal('view_too_large');
  const content = accept(checkView(readJson(given, 'view', 'invalid_arguments')), 'invalid_arguments');
  if (content.type !== type) throw new Refusal('invalid_arguments');
  return content;
}

function takeTrigger(given: Arguments, slack: Slack): string {
  const taken = slack.views.takeTrigger(need(given, 'trigger_id'));
  if (!taken.ok) throw new Refusal(taken.error);
  return taken.user;
}
