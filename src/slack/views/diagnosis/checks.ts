/** The checks of a diagnosis: how many have each status, and the ones worth reading; the rest on request. */
import type { KnownBlock } from '@slack/types';
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

const ORDER: readonly Status[] = ['pass', 'warn', 'fail', 'unknown'];

/** `10 checks: 8 pass, 2 fail`, or `All 10 checks pass`. */
export function countWords(findings: readonly Finding[]): string {
  const counts = ORDER.map(
    (status) => [status, findings.filter((one) => one.status === status).length] as const,
  );
  const told = counts.filter(([, count]) => count > 0);
  const [first] = told;
  if (told.length === 1 && first) return `All ${findings.length} checks ${first[0]}`;
  return `${findings.length} checks: ${told.map(([status, count]) => `${count} ${status}`).join(', ')}`;
}

/** The checks that do not pass, without `said`, which is already shown above. */
export function checksBlocks({ findings }: Diagnosis, said: Finding | null): KnownBlock[] {
  const shown = findings.filter((one) => one.status !== 'pass' && one !== said);
  if (findings.every(({ status }) => status === 'pass')) return [];
  const lines = [...Map.groupBy(shown, ({ status, summary }) => `${status} ${summary}`).values()].map(
    checkLine,
  );
  return [richText(line(bold(countWords(findings))), ...(lines.length === 0 ? [] : [list('bullet', lines)]))];
}

/** Checks with the same status and reason share a line. */
function checkLine(same: readonly Finding[]) {
  const [first] = same;
  if (!first) return line();
  const { status, summary } = first;
  const names = same.map(({ step, title }) => `${step === null ? '' : `${step}. `}${title}`).join(', ');
  return line(
    emoji(statusEmoji(status)),
    plain(` ${status} · `),
    bold(`${names}: `),
    plain(clip(summary, 400)),
  );
}

/** Unread sources that no check mentions. */
export function unseenBlocks({ unread, findings, lowLimits }: Diagnosis): KnownBlock[] {
  const summaries = findings.map(({ summary }) => summary);
  const untold = unread.filter(({ detail }) => !isShown(detail, summaries));
  return [
    ...bulletBlocks(
      'Not seen, and why',
      untold.map(({ detail }) => clip(detail, 220)),
    ),
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

/** Every check with what it saw, for the button "Show all checks". */
export function checksView({ app, findings, at }: Diagnosis): Message {
  const title = `${countWords(findings)} on ${app}`;
  return {
    text: escapeText(`${title}.`),
    blocks: [
      richText(
        line(bold(title)),
        list(
          'bullet',
          findings.map((one) => checkLine([one])),
        ),
      ),
      context(`<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time_secs}|${formatInstant(at)}>`),
    ],
  };
}
