/** Names the sources that could not be read. */
import type { Unread } from '../model/terms.ts';
import { cut } from '../text/cut.ts';

const LONGEST_NAMES = 300;
const LONGEST_REASON = 220;

/** Returns one line per reason, so that sources that fail together share it: `Heroku dynos, Heroku log: HTTP 503`. */
export function unreadLines(unread: readonly Unread[]): readonly string[] {
  return [...Map.groupBy(unread, ({ reason }) => reason)].map(([reason, sources]) => {
    const names = sources.map(({ name }) => name).join(', ');
    return `${cut(names, LONGEST_NAMES)}: ${cut(reason, LONGEST_REASON)}`;
  });
}
