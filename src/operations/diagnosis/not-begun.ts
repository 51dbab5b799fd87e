/** What somebody reads whose asking was refused before anything was begun, the same at the terminal and in Slack. */

import { usedUpWords } from '../../runbook/model/budget.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import type { NotBegun } from './reports.ts';

export function notBegunWords(refused: NotBegun): string {
  if (refused.why === 'too_many') {
    const wait = formatDuration(Math.max(1_000, refused.waitMs));
    return `Limit: ${refused.perMinute} ${refused.what} a minute. Nothing was done. Try again in ${wait}.`;
  }
  const others = refused.found.use === 'read' ? ' Operators and approvers can still look.' : '';
  return `${usedUpWords(refused.found)}. Nothing was done.${others}`;
}
