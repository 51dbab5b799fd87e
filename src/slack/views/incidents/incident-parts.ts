/** Parts shared by the cards of open and resolved incidents. */

import type { Button, KnownBlock } from '@slack/types';
import { type Action, outcomeWords } from '../../../runbook/model/action.ts';
import type { Incident } from '../../../runbook/model/incident.ts';
import { dashboardLink } from '../../../runbook/text/links.ts';
import { signOf } from '../parts/action-sign.ts';
import {
  bold,
  clip,
  context,
  emoji,
  line,
  link,
  list,
  plain,
  preformatted,
  richText,
} from '../parts/message.ts';
import { button } from '../parts/propose-buttons.ts';
import { evidenceLine, isShown } from '../parts/shown.ts';

export function acknowledgeButton({ id, app }: Incident): Button {
  return {
    ...button('acknowledge', 'Acknowledge', id, `Acknowledge the incident of ${app}`),
    style: 'primary',
  };
}

export function diagnoseButton({ target, app }: Incident): Button {
  return button('diagnose_again', 'Diagnose again', target, `Diagnose ${app} again`);
}

/**
 * Shows the evidence of the worst sighting. With `errorFirst`, it starts with the app's own error. Otherwise the
 * error is already shown above and left out here.
 */
export function evidenceParts({ worst }: Incident, most: number, errorFirst = false) {
  const { evidence, error, title, cause } = worst;
  const isError = (words: string) => error !== null && isShown(words, [error]);
  const above = error !== null || cause === null ? [title] : [title, cause];
  const sorted = [
    ...(errorFirst ? evidence.filter(isError) : []),
    ...evidence.filter((words) => !isError(words) && !isShown(words, above)),
  ];
  if (sorted.length === 0) return [];
  const left = sorted.length - most;
  const more = left > 0 ? [`… ${left} more ${left === 1 ? 'line' : 'lines'}`] : [];
  return [preformatted([...sorted.slice(0, most).map(evidenceLine), ...more])];
}

const MOST_TRIED = 6;

/** Lists the actions, newest first, each with how it ended. */
export function triedBlocks(tried: readonly Action[]): KnownBlock[] {
  if (tried.length === 0) return [];
  const lines = tried.slice(0, MOST_TRIED).map((action) => {
    const [sign, word] = signOf(action);
    const { plan, outcome, aftermath } = action;
    const ended = aftermath?.words ?? (outcome === null ? '' : outcomeWords(outcome));
    const said = [plan.title, ended].filter((one) => one !== '');
    return line(emoji(sign), plain(' '), bold(`${word}: `), plain(clip(said.join('. '), 300)));
  });
  return [richText(line(bold('Actions')), list('bullet', lines))];
}

/**
 * Shows the app's dashboard, the id for `raxx incident`,
 * and the hash of the last audit line, which anchors the audit outside the database.
 */
export function incidentFoot({ app, trail, id }: Incident): KnownBlock {
  const anchor = trail.at(-1)?.hash;
  const audit = anchor === undefined ? '' : ` · audit \`${anchor}\``;
  return context(`${link(dashboardLink(app), app)} · incident \`${id.slice(0, 8)}\`${audit}`);
}
