/**
 * `/raxx logs`: what the runbook's step 6 concludes,
 * the requests of the last hour, and the last lines. Shown only to the asker.
 */
import type { LogReport } from '../../../operations/diagnosis/log-report.ts';
import { lastHour } from '../../../runbook/logs/last-hour.ts';
import { shownLines } from '../../../runbook/logs/shown-lines.ts';
import { cutAtToken } from '../../../runbook/text/cut.ts';
import { dashboardLink } from '../../../runbook/text/links.ts';
import {
  bold,
  clip,
  context,
  escapeText,
  line,
  link,
  list,
  type Message,
  plain,
  preformatted,
  richText,
  section,
} from '../parts/message.ts';
import { statusEmoji } from '../parts/state-words.ts';
import { lastHourBlocks, lastHourWords } from './last-hour.ts';

const SHOWN = 25;
const LONGEST_LINE = 180;

export function logsView({ app, at, finding, lines }: LogReport): Message {
  const { status, summary, details } = finding;
  const said = `Log of ${app}, step 6, ${status}: ${summary}`;
  const head = section(`:${statusEmoji(status)}: *Log of ${link(dashboardLink(app), app)}: ${status}*`);
  const summed = line(bold(clip(summary, 400)));
  const judged = richText(summed, ...listOf(details));
  if (!lines.ok) return { text: escapeText(said), blocks: [head, judged] };
  const last = shownLines(lines.value.slice(-SHOWN)).map((one) => cutAtToken(one, LONGEST_LINE));
  const shown = last.length === 0 ? [] : [richText(preformatted(last))];
  const hour = lastHour(lines.value, at);
  const requests = lastHourBlocks(hour, at);
  const inAnHour = requests.length === 0 ? null : `${lastHourWords(hour)}.`;
  const count = context(
    `Last ${last.length} of ${lines.value.length} ${lines.value.length === 1 ? 'line' : 'lines'}, times in UTC`,
  );
  return {
    text: escapeText(inAnHour === null ? clip(said, 1_000) : `${clip(said, 1_000)}. ${inAnHour}`),
    blocks: [
      head,
      inAnHour === null ? judged : richText(summed, line(plain(inAnHour)), ...listOf(details)),
      ...shown,
      count,
      ...requests,
    ],
  };
}

function listOf(details: readonly string[]) {
  return details.length === 0
    ? []
    : [
        list(
          'bullet',
          details.map((words) => line(plain(clip(words, 400)))),
        ),
      ];
}
