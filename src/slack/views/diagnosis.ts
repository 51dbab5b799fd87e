/** The card of a diagnosis: verdict, failure mode, evidence, fix; then the checklist, who to wake, what was not seen. */
import type { KnownBlock } from '@slack/types';
import { noModeWords } from '../../runbook/diagnosis/no-mode.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import { type Facts, subjectOf } from '../../runbook/model/runbook-config.ts';
import type { ActionKind, EscalationDue, Finding, MatchedMode } from '../../runbook/model/terms.ts';
import { DIAGNOSE_ANCHOR, dashboardLink, documentLink, modeAnchor } from '../../runbook/text/links.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import { proposeButtons } from './action.ts';
import { changeBlocks } from './changes.ts';
import { withLinks } from './incident-words.ts';
import {
  bold,
  boldLink,
  clip,
  context,
  emoji,
  escapeText,
  line,
  link,
  list,
  type Message,
  plain,
  preformatted,
  richText,
  section,
} from './message.ts';
import { situationBlocks } from './situation.ts';
import { stateEmoji, stateSentence, statusEmoji } from './words.ts';

/** The longest line of evidence that is read at night; router lines are longer. */
const LONGEST_LINE = 220;

export interface Asked {
  /** Slack id of who asked. */
  readonly by: string;
  readonly facts: Facts;
  /** Where the card of the open incident can be read. */
  readonly incidentCard: string | null;
  /** Kinds that the bot can do: of what is offered only these become buttons. */
  readonly canDo: ReadonlySet<ActionKind>;
}

export function diagnosisView(diagnosis: Diagnosis, asked: Asked): Message {
  const { facts, incidentCard } = asked;
  const wake = facts.escalation.who.name;
  const subject = subjectOf(diagnosis, facts);
  const { escalations, at, situation } = diagnosis;
  const due = escalations.filter(({ dueAt }) => dueAt <= at);
  const counting = escalations.filter(({ dueAt }) => dueAt > at);
  return {
    text: escapeText(sentence(diagnosis, subject, wake)),
    blocks: [
      headline(diagnosis, subject),
      ...situationBlocks(situation, { facts, now: at, card: incidentCard }),
      // What is due stands before what explains it.
      ...escalationBlocks(due, situation.incident?.acknowledged ? 'Conditions met' : `Wake ${wake} now`),
      ...diagnosis.modes.flatMap(modeBlocks),
      ...changeBlocks(diagnosis.changes, at),
      richText(line(bold('Checks')), list('bullet', diagnosis.findings.map(checkLine))),
      // The incident's own time of the next page is the one that counts.
      ...(situation.incident ? [] : escalationBlocks(counting, `Wake ${wake}`)),
      ...unseenBlocks(diagnosis),
      footer(diagnosis, asked.by),
      ...proposeButtons(offered(diagnosis), diagnosis.target, asked.canDo),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'diagnose_again',
            text: { type: 'plain_text', text: 'Diagnose again' },
            value: diagnosis.target,
            accessibility_label: `Diagnose ${diagnosis.app} again`,
          },
        ],
      },
    ],
  };
}

/** With an incident of Heroku's own and nothing else to explain it, nothing here can help. */
function offered({ actions, modes, escalations, at, verdict }: Diagnosis): readonly ActionKind[] {
  const isTheirs = escalations.some(({ condition, dueAt }) => condition === 3 && dueAt <= at);
  return isTheirs && modes.length === 0 && verdict !== 'stopped' ? [] : actions;
}

/** Read aloud, it must say what is wrong, whom to wake, and what to do first. */
function sentence(diagnosis: Diagnosis, subject: string, wake: string): string {
  const { verdict, modes, unread, findings, escalations, at, situation } = diagnosis;
  const said = [`${stateSentence(subject, verdict, situation)}.`];
  const [due] = escalations.filter(({ dueAt }) => dueAt <= at);
  if (due) said.push(`Wake ${wake}: ${due.reason}.`);
  const [first] = modes;
  if (first) {
    said.push(`${modeName(first)}: ${first.title}.`);
    if (first.fix[0]) said.push(`To do first: ${first.fix[0]}`);
  } else {
    said.push(noModeWords(diagnosis));
    const wrong = findings.find(({ status }) => status === 'fail');
    if (wrong) said.push(`${wrong.title}, fail: ${wrong.summary}.`);
  }
  if (unread.length > 0) said.push(`${unread.length} of the sources could not be seen.`);
  return clip(said.filter((words) => words !== '').join(' '), 1_000);
}

function headline(diagnosis: Diagnosis, subject: string): KnownBlock {
  const { app, verdict, situation } = diagnosis;
  const said = stateSentence(subject, verdict, situation);
  const linked = escapeText(said).replace(app, () => link(dashboardLink(app), app));
  return section(`:${stateEmoji(verdict, situation)}: *${linked}.*\n${noModeWords(diagnosis)}`.trimEnd());
}

function modeBlocks(mode: MatchedMode): KnownBlock[] {
  const evidence = mode.evidence.map((words) => clip(words, LONGEST_LINE));
  const missing = mode.missing.map((words) => `not seen: ${clip(words, LONGEST_LINE)}`);
  return [
    richText(
      line(boldLink(documentLink(modeAnchor(mode.id)), `${modeName(mode)}: ${mode.title}`)),
      line(bold('Evidence')),
      preformatted([...evidence, ...missing]),
    ),
    richText(
      line(bold('Cause: '), plain(mode.cause)),
      line(bold(mode.fixBy ? `Fix (${mode.fixBy})` : 'Fix')),
      list(
        'ordered',
        mode.fix.map((step) => line(plain(step))),
      ),
      line(bold('Verify: '), plain(mode.verification)),
    ),
  ];
}

/** `Likely failure mode B (R10)` */
function modeName({ id, code, confidence }: MatchedMode): string {
  const certainty = confidence === 'likely' ? 'Likely' : 'Possible';
  return `${certainty} failure mode ${id}${code === null ? '' : ` (${code})`}`;
}

function checkLine({ step, title, status, summary }: Finding) {
  const number = step === null ? '' : `${step}. `;
  return line(
    emoji(statusEmoji(status)),
    plain(` ${status} · `),
    bold(`${number}${title}: `),
    plain(clip(summary, 400)),
  );
}

function escalationBlocks(escalations: readonly EscalationDue[], title: string): KnownBlock[] {
  if (escalations.length === 0) return [];
  const lines = escalations.map(({ reason, condition }) =>
    line(...withLinks(`${reason} (condition ${condition})`)),
  );
  return [richText(line(emoji('rotating_light'), bold(` ${title}`)), list('bullet', lines))];
}

function unseenBlocks({ unread, lowLimits }: Diagnosis): KnownBlock[] {
  return [
    ...bulletBlocks(
      'Not seen, and why',
      unread.map(({ detail }) => clip(detail, LONGEST_LINE)),
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

function footer({ target, at, tookMs }: Diagnosis, by: string): KnownBlock {
  const runbook = link(documentLink(DIAGNOSE_ANCHOR), 'Runbook');
  const when = `<!date^${Math.floor(at / 1000)}^{date_short} {time_secs}|${formatInstant(at)}>`;
  return context(
    `${escapeText(target)} · ${when} · took ${(tookMs / 1000).toFixed(1)} s · asked by <@${by}> · ${runbook}`,
  );
}
