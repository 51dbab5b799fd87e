/** A line of an action's audit, posted in the thread of its card. */

import { type Action, ENDED } from '../../../runbook/model/action.ts';
import { isSlackUser } from '../../../runbook/model/actor.ts';
import { byHandLines, byHandWords } from '../parts/answers.ts';
import { bold, clip, escapeText, line, type Message, plain, richText } from '../parts/message.ts';
import { person, withLinks } from '../parts/moments.ts';

/** Events about which the asker is notified. */
const ENDS: ReadonlySet<string> = new Set([...ENDED, 'explained']);

/** Shows an audit line in the card's thread. With `everybody`, it names the action and its asker. */
export function actionLineView(
  action: Action,
  { event, who: by, words }: Action['trail'][number],
  everybody: boolean,
  reviewers: readonly string[] = [],
): Message {
  const { title } = action.plan;
  // The line that ended the action has the same name as its state.
  const manualCommand = event === action.state ? (action.outcome?.manualCommand ?? null) : null;
  const isForAsker = everybody || (ENDS.has(event) && by !== action.askedBy && isSlackUser(action.askedBy));
  const mentioned = [...(isForAsker ? [action.askedBy] : []), ...reviewers];
  const said = line(
    ...(everybody ? [bold(`${title}: `)] : []),
    ...withLinks(words ?? ''),
    ...mentioned.flatMap((id) => [plain(' '), person(id)]),
  );
  return {
    text: escapeText(clip(`${title}: ${words ?? ''}${byHandWords(manualCommand)}`, 3_000)),
    blocks: [richText(said, ...byHandLines(manualCommand))],
  };
}
