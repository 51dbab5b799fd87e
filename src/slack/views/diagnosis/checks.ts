/** The checks of a diagnosis: the number per status and the ones worth reading; the rest on request. */
import type { KnownBlock } from '@slack/types';
import { unreadLines } from '../../../runbook/diagnosis/unread.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { Finding, Status } from '../../../runbook/model/terms.ts';
import { formatInstant } from '../../../runbook/text/time.ts';
import {
  bold,
  clip,
  context,
  emoji,
  escapeText,
  line,
  list,
  type Message,
  plain,
  richText,
} from '../parts/message.ts';
import { isShown } from '../parts/shown.ts';
import { statusEmoji } from '../parts/state-words.ts';
import { isSaidByStop } from './situation.ts';

const ORDER: readonly Status[] = ['pass', 'warn', 'fail', 'unknown'];

/** Returns `10 checks: 8 pass, 2 fail`, or `All 10 checks pass`. */
export function countWords(findings: readonly Finding[]): string {
  const counts = ORDER.map(
    (status) => [status, findings.filter((one) => one.status === status).length] as const,
  );
  const shown = counts.filter(([, count]) => count > 0);
  const [first] = shown;
  if (shown.length === 1 && first) return `All ${findings.length} checks ${first[0]}`;
  return `${findings.length} checks: ${shown.map(([status, count]) => `${count} ${status}`).join(', ')}`;
}

/**
 * Lists the checks that do not pass, without `said` and what a stop says, which are already shown above. Checks that
 * could not be judged are only named, because `unseenBlocks` gives each reason once.
 */
export function checksBlocks({ findings, situation }: Diagnosis, said: Finding | null): KnownBlock[] {
  const isSaid = (one: Finding) => one === said || isSaidByStop(one, situation);
  const shown = findings.filter((one) => one.status !== 'pass' && !isSaid(one));
  if (findings.every(({ status }) => status === 'pass')) return [];
  const blind = shown.filter(({ isBlind }) => isBlind);
  const lines = [
    ...shown.filter(({ isBlind }) => !isBlind).map(checkLine),
    ...(blind.length === 0 ? [] : [line(...statusParts('unknown'), bold(namesOf(blind)))]),
  ];
  return [richText(line(bold(countWords(findings))), ...(lines.length === 0 ? [] : [list('bullet', lines)]))];
}

function checkLine(finding: Finding) {
  const { status, summary } = finding;
  return line(...statusParts(status), bold(`${namesOf([finding])}: `), plain(clip(summary, 400)));
}

function statusParts(status: Status) {
  return [emoji(statusEmoji(status)), plain(` ${status} · `)];
}

/** Returns names such as `1. Dyno formation, Heroku status`. */
function namesOf(findings: readonly Finding[]): string {
  return findings.map(({ step, title }) => `${step === null ? '' : `${step}. `}${title}`).join(', ');
}

/** Shows what could not be read, each reason once, and which API has few calls left. */
export function unseenBlocks({ unread, findings, lowLimits }: Diagnosis): KnownBlock[] {
  const shown = findings.filter(({ isBlind }) => !isBlind).map(({ summary }) => summary);
  const rest = unread.filter(({ detail }) => !isShown(detail, shown));
  return [
    ...bulletBlocks("Couldn't read", unreadLines(rest)),
    ...bulletBlocks(
      'API calls left',
      lowLimits.map(({ api, remaining }) => `${api}: only ${remaining} API calls left this hour`),
    ),
  ];
}

function bulletBlocks(title: string, lines: readonly string[]): KnownBlock[] {
  if (lines.length === 0) return [];
  const bullets = lines.map((words) => line(plain(words)));
  return [richText(line(bold(title)), list('bullet', bullets))];
}

/** Shows every check with what it saw, for the button "Show all checks". */
export function checksView({ app, findings, at }: Diagnosis): Message {
  const title = `${countWords(findings)} on ${app}`;
  return {
    text: escapeText(`${title}.`),
    blocks: [
      richText(line(bold(title)), list('bullet', findings.map(checkLine))),
      context(`<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time_secs}|${formatInstant(at)}>`),
    ],
  };
}
