/** The state of one target or all, for the asker only. */
import type { KnownBlock } from '@slack/types';
import type { TargetStatus } from '../../operations/reports.ts';
import { dynoWords, healthWords, releaseWords } from '../../operations/status-words.ts';
import { dashboardLink } from '../../runbook/links.ts';
import {
  bold,
  clip,
  escapeText,
  line,
  link,
  list,
  type Message,
  plain,
  richText,
  section,
} from './message.ts';
import { verdictEmoji, verdictSentence } from './words.ts';

export function statusView(statuses: readonly TargetStatus[]): Message {
  const said = statuses.map(({ app, verdict }) => `${verdictSentence(app, verdict)}.`);
  return { text: escapeText(said.join(' ')), blocks: statuses.flatMap(targetBlocks) };
}

function targetBlocks(status: TargetStatus): KnownBlock[] {
  const { app, verdict, findings } = status;
  const linked = escapeText(verdictSentence(app, verdict)).replace(app, () => link(dashboardLink(app), app));
  const wrong = findings.filter((one) => one.status === 'fail' || one.status === 'unknown');
  return [
    section(`:${verdictEmoji(verdict)}: *${linked}.*`),
    richText(
      list('bullet', [
        line(bold('Dynos: '), plain(clip(dynoWords(status), 400))),
        line(bold('Release: '), plain(clip(releaseWords(status), 400))),
        line(bold('Health: '), plain(clip(healthWords(status), 400))),
        ...wrong.map((one) => line(bold(`${one.title}, ${one.status}: `), plain(clip(one.summary, 400)))),
      ]),
    ),
  ];
}
