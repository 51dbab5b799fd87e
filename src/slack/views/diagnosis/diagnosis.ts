/** The card of a diagnosis: its first screen, then the evidence and the checks. */

import type { Button, KnownBlock } from '@slack/types';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { ActionKind, MatchedMode } from '../../../runbook/model/terms.ts';
import { DIAGNOSE_ANCHOR, documentLink } from '../../../runbook/text/links.ts';
import { formatInstant } from '../../../runbook/text/time.ts';
import { clauseLine, sentencesOf } from '../parts/clauses.ts';
import { context, escapeText, link, type Message, richText } from '../parts/message.ts';
import { button, buttonRow, firstRow, proposeButtons, settingsButton } from '../parts/propose-buttons.ts';
import { causeOf } from './cause.ts';
import { checksBlocks, countWords, unseenBlocks } from './checks.ts';
import { blindLines, type FirstScreenOptions, nextLines, pressLines, wrongLines } from './first-screen.ts';
import { modeBlocks } from './mode.ts';
import { isByHand, offersOf } from './offers.ts';

export interface DiagnosisViewOptions extends FirstScreenOptions {
  /** Slack id of the asker. */
  readonly by: string;
  /** Kinds that the bot can do. Only these become buttons. */
  readonly canDo: ReadonlySet<ActionKind>;
}

export function diagnosisView(diagnosis: Diagnosis, asked: DiagnosisViewOptions): Message {
  const offers = offersOf(diagnosis, asked.canDo);
  const { target } = diagnosis;
  const said = causeOf(diagnosis);
  const own = ownButtons(diagnosis);
  const first = isByHand(diagnosis)
    ? [settingsButton(diagnosis.app)]
    : proposeButtons(offers.first, target, offers.rollback);
  const others = proposeButtons(offers.others, target, offers.rollback);
  const foot = footer(diagnosis, asked.by);
  const explained = [
    ...shownModes(diagnosis).flatMap((mode) =>
      modeBlocks(mode, diagnosis, mode === diagnosis.modes[0] ? offers : null),
    ),
    ...checksBlocks(diagnosis, said?.of ?? null),
    ...unseenBlocks(diagnosis),
  ];
  const wrong = wrongLines(diagnosis, said, asked);
  const next = nextLines(diagnosis, said, asked, offers);
  const top = firstRow(first.length > 0 ? first : own, offers, target);
  return {
    text: sentencesOf(
      [...wrong, ...blindLines(diagnosis)],
      [...next, ...pressLines(diagnosis, offers)],
      diagnosis.at,
    ),
    blocks: [
      richText(...[...wrong, ...next].map(clauseLine)),
      ...(explained.length === 0 ? [foot, ...top] : [...top, ...explained, foot]),
      ...buttonRow(...others, ...(first.length > 0 ? own : [])),
    ],
  };
}

/** An app that was stopped on purpose has no crash loop to fix. Its incident shows what was seen before the stop. */
function shownModes({ modes, verdict, situation }: Diagnosis): readonly MatchedMode[] {
  const isOff = verdict === 'stopped' && situation.stop !== null;
  return isOff ? modes.filter(({ id }) => id !== 'B') : modes;
}

function footer(diagnosis: Diagnosis, by: string): KnownBlock {
  const { target, at, tookMs, findings } = diagnosis;
  const runbook = link(documentLink(DIAGNOSE_ANCHOR), 'Runbook');
  const when = `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time_secs}|${formatInstant(at)}>`;
  const isWell = findings.every(({ status }) => status === 'pass');
  return context(
    `${isWell ? `${countWords(findings)} · ` : ''}${escapeText(target)} · ${when} · took ${(tookMs / 1000).toFixed(1)} s · run by <@${by}> · ${runbook}`,
  );
}

function ownButtons({ target, app, findings }: Diagnosis): readonly Button[] {
  return [
    button('diagnose_again', 'Diagnose again', target, `Diagnose ${app} again`),
    ...(findings.some(({ status }) => status === 'pass')
      ? [button('show_checks', 'Show all checks', target, `Show all checks of ${app}`)]
      : []),
  ];
}
