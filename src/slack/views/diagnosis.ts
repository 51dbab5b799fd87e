/**
 * The card of a diagnosis. Its first screen is what someone reads on a phone at night: the state and since when, the cause,
 * what changed, who owns it, and what to press first. The explanation comes after the buttons.
 */
import type { Button, KnownBlock } from '@slack/types';
import { CONDITION_NAMES } from '../../runbook/diagnosis/escalation.ts';
import { noModeWords } from '../../runbook/diagnosis/no-mode.ts';
import { errorIn } from '../../runbook/incidents/error-line.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import { type Facts, subjectOf } from '../../runbook/model/runbook-config.ts';
import type { ActionKind, EscalationDue, Finding, MatchedMode } from '../../runbook/model/terms.ts';
import { DIAGNOSE_ANCHOR, dashboardLink, documentLink, modeAnchor } from '../../runbook/text/links.ts';
import { formatAge, formatInstant, formatSince } from '../../runbook/text/time.ts';
import { changeLines, changeSentence } from './changes.ts';
import { checksBlocks, countWords, unseenBlocks } from './checks.ts';
import { button, momentOf, timeOf, withLinks } from './incident-words.ts';
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
  type Part,
  plain,
  preformatted,
  richText,
} from './message.ts';
import { buttonRow, type Offers, proposeButtons, sortOffers, tryWords } from './propose-buttons.ts';
import { situationLines, stopLines } from './situation.ts';
import { stateEmoji, stateSentence } from './words.ts';

/** Router lines are longer, but nobody reads them to the end at night. */
const LONGEST_LINE = 140;
/** The longest sentence of the first screen. */
const LONGEST_SENTENCE = 200;
const MOST_EVIDENCE = 8;

export interface DiagnosisViewOptions {
  /** Slack id of the person who asked. */
  readonly by: string;
  readonly facts: Facts;
  /** A link to the card of the open incident. */
  readonly incidentCard: string | null;
  /** Kinds that the bot can do. Only these become buttons. */
  readonly canDo: ReadonlySet<ActionKind>;
}

export function diagnosisView(diagnosis: Diagnosis, asked: DiagnosisViewOptions): Message {
  const offers = offersOf(diagnosis, asked.canDo);
  const { modes, target } = diagnosis;
  const said = causeOf(diagnosis);
  const own = ownButtons(diagnosis);
  const first = proposeButtons(offers.first, target);
  const others = proposeButtons(offers.others, target);
  const foot = footer(diagnosis, asked.by);
  const explained = [
    ...modes.flatMap((mode, index) => modeBlocks(mode, diagnosis, index === 0 ? offers : null)),
    ...checksBlocks(diagnosis, said?.of ?? null),
    ...unseenBlocks(diagnosis),
  ];
  const top = buttonRow(...(first.length > 0 ? first : own));
  return {
    text: escapeText(sentence(diagnosis, said, asked, offers)),
    blocks: [
      richText(
        headline(diagnosis, subjectOf(diagnosis, asked.facts)),
        ...stopLines(diagnosis.situation, diagnosis.at),
        ...(said === null ? [] : [line(...said.parts)]),
        // A stop on purpose is the change, and its line is already above.
        ...(diagnosis.situation.stop
          ? []
          : changeLines(diagnosis.changes, diagnosis.at, namesCause(diagnosis))),
        ...situationLines(diagnosis.situation, {
          facts: asked.facts,
          now: diagnosis.at,
          since: diagnosis.since,
          card: asked.incidentCard,
        }),
        ...wakeLines(diagnosis, said, asked),
        ...stepLines(diagnosis, offers),
      ),
      ...(explained.length === 0 ? [foot, ...top] : [...top, ...explained, foot]),
      ...buttonRow(...others, ...(first.length > 0 ? own : [])),
    ],
  };
}

/** A stopped app is restored first: what failed before the stop does not fail now. */
function offersOf(diagnosis: Diagnosis, canDo: ReadonlySet<ActionKind>): Offers {
  const kinds = offered(diagnosis);
  const isOff = diagnosis.verdict === 'stopped' && kinds.includes('restore') && canDo.has('restore');
  if (!isOff) return sortOffers(kinds, canDo);
  const { first, others } = sortOffers(
    kinds.filter((kind) => kind !== 'restore'),
    canDo,
  );
  return { first: ['restore'], others: [...first, ...others] };
}

/** When only an incident at Heroku explains the failure, no action of ours can help. */
function offered(diagnosis: Diagnosis): readonly ActionKind[] {
  const { actions, modes, verdict } = diagnosis;
  return theirIncident(diagnosis) && modes.length === 0 && verdict !== 'stopped' ? [] : actions;
}

function theirIncident({ escalations, at }: Diagnosis): EscalationDue | undefined {
  return escalations.find(({ condition, dueAt }) => condition === 3 && dueAt <= at);
}

/** `raxx-api-prod is down, since 21:37 (4 min)` */
function headline({ app, verdict, situation, since, at }: Diagnosis, subject: string) {
  const [before = '', after = ''] = stateSentence(subject, verdict, situation).split(app);
  // A stop has its own line with who and when.
  const isTold = since === null || situation.stop !== null;
  const lasts = isTold ? [] : [plain(', since '), momentOf(since, at), plain(` (${formatAge(since, at)})`)];
  return line(
    emoji(stateEmoji(verdict, situation)),
    bold(` ${before}`),
    boldLink(dashboardLink(app), app),
    bold(after),
    ...lasts,
  );
}

function namesCause({ modes: [mode] }: Diagnosis): boolean {
  return mode !== undefined && errorIn(mode.evidence) !== null;
}

interface CauseLine {
  readonly words: string;
  readonly parts: readonly Part[];
  /** The check that this line comes from, if any. It is not listed again. */
  readonly of: Finding | null;
}

const NOTHING_HERE = 'Nothing to fix on our side.';

/** The cause in one line: the failure mode with the app's own error, Heroku's incident, or the failing check. */
function causeOf(diagnosis: Diagnosis): CauseLine | null {
  const { modes, findings, verdict } = diagnosis;
  const [mode] = modes;
  if (mode) {
    const what = clip(errorIn(mode.evidence) ?? mode.title, LONGEST_SENTENCE);
    const name = modeName(mode);
    const parts = [boldLink(documentLink(modeAnchor(mode.id)), name), plain(`: ${what}`)];
    return { words: `${name}: ${what}`, parts, of: null };
  }
  const theirs = theirIncident(diagnosis);
  if (theirs) {
    const words = `${clip(theirs.reason, LONGEST_SENTENCE)}. ${NOTHING_HERE}`;
    return { words, parts: withLinks(words), of: findings.find(({ id }) => id === 'platform') ?? null };
  }
  const named = noModeWords(diagnosis);
  const wrong = findings.find(({ status }) => status === 'fail');
  if (wrong) {
    const what = clip(wrong.summary, LONGEST_SENTENCE);
    const words = `${wrong.title}: ${what}.${named === '' ? '' : ` ${named}`}`;
    return {
      words,
      parts: [bold(`${wrong.title}: `), plain(words.slice(wrong.title.length + 2))],
      of: wrong,
    };
  }
  if (named !== '') return { words: named, parts: [plain(named)], of: null };
  return verdict === 'healthy' ? runningWell(diagnosis) : null;
}

/** What shows at a glance that the app runs: `web.1: up (3 h) · HTTP 200 in 84 ms`. */
function runningWell({ findings }: Diagnosis): CauseLine {
  const told = findings.filter(({ id, status }) => status === 'pass' && TELLING.has(id));
  const words = told.map(({ summary }) => summary).join(' · ');
  return { words, parts: [plain(clip(words, LONGEST_SENTENCE))], of: null };
}

const TELLING: ReadonlySet<Finding['id']> = new Set(['formation', 'releases', 'health']);

/** Who has to be woken now, or who will be and when. An open incident shows the latter itself. */
function wakeLines(diagnosis: Diagnosis, cause: CauseLine | null, { facts }: DiagnosisViewOptions) {
  const { escalations, at, situation } = diagnosis;
  const { name } = facts.escalation.who;
  const due = escalations.filter(({ dueAt }) => dueAt <= at);
  const title = situation.incident?.acknowledged ? 'Condition met' : `Wake ${name} now`;
  const lines = due.map(({ reason, condition }) => {
    const isShown = cause?.words.startsWith(reason) ?? false;
    const why = `: ${isShown ? CONDITION_NAMES[condition] : clip(reason, LONGEST_SENTENCE)}`;
    return line(emoji('rotating_light'), bold(` ${title}`), ...withLinks(`${why} (condition ${condition})`));
  });
  const [next] = escalations
    .filter(({ dueAt }) => dueAt > at)
    .toSorted((one, other) => one.dueAt - other.dueAt);
  if (!next || due.length > 0 || situation.incident) return lines;
  const words = ` unless fixed (condition ${next.condition}: ${CONDITION_NAMES[next.condition]})`;
  return [line(bold('Next page: '), plain(`${name} at `), timeOf(next.dueAt), plain(words))];
}

/** The runbook's first step, where no button does it. */
function stepLines({ modes }: Diagnosis, { first }: Offers) {
  const step = modes[0]?.fix[0];
  if (first.length > 0 || step === undefined) return [];
  return [line(bold('Do first: '), ...withLinks(clip(step, LONGEST_SENTENCE)))];
}

/** The same facts in the same order as the first screen, for a notification and a screen reader. */
function sentence(
  diagnosis: Diagnosis,
  cause: CauseLine | null,
  { facts }: DiagnosisViewOptions,
  offers: Offers,
): string {
  const { verdict, unread, escalations, at, situation, modes, since } = diagnosis;
  const state = stateSentence(subjectOf(diagnosis, facts), verdict, situation);
  const said = [since === null ? `${state}.` : `${state}, ${formatSince(since, at)}.`];
  if (cause) said.push(ended(cause.words));
  const changed = situation.stop ? '' : changeSentence(diagnosis.changes, diagnosis.at);
  if (changed !== '') said.push(ended(changed));
  const [due] = escalations.filter(({ dueAt }) => dueAt <= at);
  if (due) {
    const why = cause?.words.startsWith(due.reason) ? ' now' : `: ${due.reason}`;
    said.push(`Wake ${facts.escalation.who.name}${why}.`);
  }
  if (unread.length > 0)
    said.push(`${unread.length} ${unread.length === 1 ? 'source' : 'sources'} could not be read.`);
  const [step] = modes[0]?.fix ?? [];
  if (offers.first.length > 0) said.push(tryWords(offers).trim());
  else if (step !== undefined) said.push(`Do first: ${step}`);
  return clip(said.join(' '), 1_000);
}

function ended(words: string): string {
  return words.endsWith('.') ? words : `${words}.`;
}

/** `offers` are those of the first mode, whose first lines are on the first screen already. Null for any other mode. */
function modeBlocks(mode: MatchedMode, { findings }: Diagnosis, offers: Offers | null): KnownBlock[] {
  const error = errorIn(mode.evidence);
  // A line that is shown above, or with the checks below, is not repeated.
  const isSaid = (words: string) =>
    (offers !== null && error !== null && words.trim().endsWith(error)) ||
    findings.some(({ status, summary }) => status === 'fail' && summary.includes(words));
  const evidence = mode.evidence.filter((words) => !isSaid(words)).map((words) => clip(words, LONGEST_LINE));
  const missing = mode.missing.map((words) => `not seen: ${clip(words, LONGEST_LINE)}`);
  const lines = [...cutLines(evidence, MOST_EVIDENCE), ...missing];
  const fix = offers?.first.length === 0 ? mode.fix.slice(1) : mode.fix;
  const name = boldLink(documentLink(modeAnchor(mode.id)), `${modeName(mode)}: ${mode.title}`);
  return [
    ...(offers === null ? [richText(line(name))] : []),
    ...(lines.length === 0 ? [] : [richText(line(bold('Evidence')), preformatted(lines))]),
    richText(
      line(bold('Cause: '), plain(mode.cause)),
      ...(fix.length === 0 ? [] : [line(bold(fixTitle(mode, fix))), fixList(fix)]),
      line(bold('Verify: '), plain(mode.verification)),
    ),
  ];
}

function fixTitle({ fixBy, fix }: MatchedMode, shown: readonly string[]): string {
  const title = shown.length < fix.length ? 'Then' : 'Fix';
  return fixBy ? `${title} (${fixBy})` : title;
}

function fixList(steps: readonly string[]) {
  return list(
    'ordered',
    steps.map((step) => line(plain(step))),
  );
}

function cutLines(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more`];
}

/** `Likely failure mode B (R10)` */
function modeName({ id, code, confidence }: MatchedMode): string {
  const certainty = confidence === 'likely' ? 'Likely' : 'Possible';
  return `${certainty} failure mode ${id}${code === null ? '' : ` (${code})`}`;
}

function footer(diagnosis: Diagnosis, by: string): KnownBlock {
  const { target, at, tookMs, findings } = diagnosis;
  const runbook = link(documentLink(DIAGNOSE_ANCHOR), 'Runbook');
  const when = `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time_secs}|${formatInstant(at)}>`;
  const isWell = findings.every(({ status }) => status === 'pass');
  return context(
    `${isWell ? `${countWords(findings)} · ` : ''}${escapeText(target)} · ${when} · took ${(tookMs / 1000).toFixed(1)} s · asked by <@${by}> · ${runbook}`,
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
