/** Turns evidence into a diagnosis: checks, failure modes, verdict, escalations and offered actions. Does no I/O. */

import { changesAround } from '../changes/judge.ts';
import { CHECKS } from '../checks/index.ts';
import { rollbackOf } from '../heroku/rollback-targets.ts';
import { failingSince } from '../logs/failing-since.ts';
import { lastHour } from '../logs/last-hour.ts';
import type { Action } from '../model/action.ts';
import { NOT_WATCHED, type WatchedBracket } from '../model/change.ts';
import type { Mode } from '../model/check.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, SourceName } from '../model/evidence.ts';
import { beganAt } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import type { Unseen } from '../model/observed.ts';
import { type FirstSeen, NO_SITUATION, type Situation } from '../model/situation.ts';
import type {
  Finding,
  Match,
  MatchedMode,
  ModeWords,
  RateLimit,
  RunbookContext,
  Unread,
  Verdict,
} from '../model/terms.ts';
import { MODES } from '../modes/index.ts';
import { wordsOf } from '../modes/words-of.ts';
import { whileChanging } from '../situation/situation.ts';
import { fillIn } from '../text/placeholders.ts';
import { escalationsDue } from './escalation.ts';
import { offers } from './offered-actions.ts';
import { judgeVerdict } from './verdict.ts';

export interface Measured {
  /** The duration of the collection, in milliseconds. */
  readonly tookMs: number;
  /** The remaining rate limit of each API, as last reported. */
  readonly limits: readonly RateLimit[];
  readonly firstSeen?: FirstSeen;
  readonly situation?: Situation;
  /** The onset as the watch recorded it. */
  readonly watched?: WatchedBracket;
  /** The target's actions, newest first. */
  readonly actions?: readonly Action[];
}

/** A rate limit is shown below this share of its total, or below this many calls when the total is unknown. */
const LOW_SHARE = 0.1;
const LOW_CALLS = 450;

/** Never throws: a check that throws becomes `unknown`. */
export function diagnose(evidence: Evidence, context: RunbookContext, measured: Measured): Diagnosis {
  const findings = CHECKS.map((check) => check.run(evidence, context));
  const modes = likeliestFirst(MODES.flatMap((mode) => matches(mode, evidence, findings, context)));
  const verdict = judgeVerdict(evidence, findings, context);
  const { firstSeen, situation = NO_SITUATION, watched = NOT_WATCHED, actions = [] } = measured;
  const input = { evidence, verdict, modes, context, ...(firstSeen ? { firstSeen } : {}) };
  return {
    target: context.target.name,
    app: context.target.app,
    at: context.now,
    tookMs: measured.tookMs,
    verdict,
    since: sinceOf(evidence, verdict, situation, context),
    findings,
    modes,
    escalations: escalationsDue(input).map((due) => whileChanging(due, situation.change, context)),
    actions: offers(evidence, verdict, modes, findings, context),
    rollback: rollbackOf(evidence),
    unread: unreadOf(evidence),
    lowLimits: measured.limits.filter(isLow),
    situation,
    lastHour: evidence.logs.ok ? lastHour(evidence.logs.value.lines, context.now) : null,
    changes: changesAround({
      evidence,
      context,
      verdict,
      findings,
      modes,
      watched,
      actions,
      diffs: new Map(),
    }),
  };
}

/** The watch's incident is the best source; the log comes second. */
function sinceOf(
  evidence: Evidence,
  verdict: Verdict,
  { stop, change, incident }: Situation,
  context: RunbookContext,
): Instant | null {
  switch (verdict) {
    case 'healthy':
    case 'unknown':
      return null;
    case 'stopped':
      return stop?.at ?? null;
    case 'down':
    case 'degraded': {
      // An incident about a run or a gate says nothing about the app.
      const isOfApp = incident?.worst.verdict === 'down' || incident?.worst.verdict === 'degraded';
      return change?.since ?? (isOfApp ? beganAt(incident) : failingSince(evidence, context));
    }
  }
}

function matches(
  mode: Mode,
  evidence: Evidence,
  findings: readonly Finding[],
  context: RunbookContext,
): MatchedMode[] {
  return mode.match(evidence, findings, context).map((match) => ({
    ...filled({ ...wordsOf(mode, context.facts), ...match.words }, context),
    ...withoutWords(match),
    id: mode.id,
    error: match.error ?? null,
    // While a source is unread, no mode is likely (contract).
    confidence: match.missing.length > 0 ? 'possible' : match.confidence,
  }));
}

function withoutWords({ words, ...match }: Match): Omit<Match, 'words'> {
  return match;
}

function filled(words: ModeWords, { facts, target }: RunbookContext): ModeWords {
  const fill = (text: string) => fillIn(text, facts, target);
  return {
    title: fill(words.title),
    symptom: fill(words.symptom),
    cause: fill(words.cause),
    ...(words.status === undefined ? {} : { status: fill(words.status) }),
    ...(words.diagnosis === undefined ? {} : { diagnosis: words.diagnosis.map(fill) }),
    ...(words.fixBy === undefined ? {} : { fixBy: words.fixBy }),
    fix: words.fix.map(fill),
    verification: fill(words.verification),
  };
}

/** Modes of equal confidence stay in the runbook's order. */
function likeliestFirst(modes: readonly MatchedMode[]): MatchedMode[] {
  const rank = ({ confidence }: MatchedMode) => (confidence === 'likely' ? 0 : 1);
  return modes.toSorted((one, other) => rank(one) - rank(other));
}

/** Lists the unread sources with their reasons. Sources that depend on the same response are listed once. */
function unreadOf(evidence: Evidence): Unread[] {
  const unread = Object.entries(evidence).flatMap(([source, observed]) =>
    observed.ok ? [] : [unreadAs(source as SourceName, observed)],
  );
  return unread.filter(({ detail }, index) => unread.findIndex((one) => one.detail === detail) === index);
}

function unreadAs(source: SourceName, { why, name, reason, detail }: Unseen): Unread {
  return { source, why, name, reason, detail };
}

function isLow({ remaining, limit }: RateLimit): boolean {
  return limit === null ? remaining < LOW_CALLS : remaining < limit * LOW_SHARE;
}
