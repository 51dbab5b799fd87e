/** The state of one target or all of them, shown only to the asker. */
import type { KnownBlock } from '@slack/types';
import { dynoWords, healthWords, releaseWords } from '../../operations/diagnosis/status-text.ts';
import type { TargetStatus } from '../../operations/diagnosis/target-status.ts';
import type { Watches, WatchReport } from '../../operations/incidents/watch-report.ts';
import { type WatchLine, watchLines } from '../../operations/incidents/watch-text.ts';
import { pictureTitle } from '../../runbook/model/incident.ts';
import { type Facts, subjectOf } from '../../runbook/model/runbook-config.ts';
import { dashboardLink } from '../../runbook/text/links.ts';
import { partsOf } from '../../runbook/text/phrase.ts';
import { stopParts } from './diagnosis/situation.ts';
import {
  bold,
  clip,
  emoji,
  escapeText,
  line,
  link,
  list,
  type Message,
  phraseParts,
  plain,
  richText,
  section,
} from './parts/message.ts';
import { withLinks } from './parts/moments.ts';
import { stateEmoji, stateSentence, stateWords } from './parts/state-words.ts';

export function statusView(
  statuses: readonly TargetStatus[],
  watches: Watches,
  facts: Pick<Facts, 'targets'>,
): Message {
  const said = statuses.map((status) => [
    `${stateSentence(subjectOf(status, facts), status.verdict, status.situation)}.`,
    ...incidentWords(reportOf(status, watches)),
  ]);
  const unread = watches.ok ? [] : [richText(line(emoji('warning'), plain(` ${clip(watches.words, 400)}`)))];
  return {
    text: escapeText(said.flat().join(' ')),
    blocks: [
      ...statuses.flatMap((status) =>
        targetBlocks(status, subjectOf(status, facts), reportOf(status, watches)),
      ),
      ...unread,
    ],
  };
}

function reportOf({ target }: TargetStatus, watches: Watches): WatchReport | null {
  return watches.ok ? (watches.reports.find((one) => one.target === target) ?? null) : null;
}

function incidentWords(report: WatchReport | null): string[] {
  if (!report?.incident) return [];
  return [`An incident is open: ${clip(pictureTitle(report.incident.worst), 300)}.`];
}

function targetBlocks(status: TargetStatus, subject: string, report: WatchReport | null): KnownBlock[] {
  const { app, verdict, findings, situation } = status;
  const stop = stopParts(situation, status.at);
  const { before, after } = stateWords(verdict, situation);
  const linked = `${escapeText(before)}${link(dashboardLink(app), subject)}${escapeText(after)}`;
  const wrong = findings.filter((one) => one.status === 'fail' || one.status === 'unknown');
  return [
    section(`:${stateEmoji(verdict, situation)}: *${linked}.*`),
    richText(
      list('bullet', [
        ...(stop.length === 0 ? [] : [line(...stop)]),
        line(bold('Dynos: '), plain(clip(dynoWords(status), 400))),
        line(bold('Release: '), plain(clip(releaseWords(status), 400))),
        line(bold('Health: '), plain(clip(healthWords(status), 400))),
        ...wrong.map((one) => line(bold(`${one.title}, ${one.status}: `), plain(clip(one.summary, 400)))),
        ...(report === null ? [] : watchLines(report).map(watchParts)),
      ]),
    ),
  ];
}

function watchParts({ name, words }: WatchLine) {
  const parts = partsOf(words).flatMap((part) =>
    typeof part === 'string' ? withLinks(clip(part, 400)) : phraseParts([part]),
  );
  return line(bold(`${name}: `), ...parts);
}
