/** "Wake the operator when": the runbook's four conditions, each a pure function of evidence and time. */

import { incidentsOf, isGreen } from '../heroku/platform-incident.ts';
import type { CodeCount } from '../logs/codes.ts';
import { type CrashLoop, crashLoops } from '../logs/crashes.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { REPEATED_R10 } from '../logs/thresholds.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';
import type { FirstSeen } from '../model/situation.ts';
import type { EscalationDue, MatchedMode, RunbookContext, Verdict } from '../model/terms.ts';
import { FRESH_MS, newestPastGate, type RunReading, readRuns, runsSeen } from '../runs/reading.ts';
import { approvedWords, failedIn, runName } from '../runs/words.ts';
import { capitalize } from '../text/capitalize.ts';
import { formatDuration } from '../text/time.ts';
import { isScaledToZero, isUnanswered } from './verdict.ts';

/** A short name for each condition, for texts that do not give the reason. */
export const CONDITION_NAMES: Readonly<Record<EscalationDue['condition'], string>> = {
  1: 'deploy failed after the gate',
  2: 'R14 (memory) or repeated R10 (boot timeout)',
  3: 'Heroku incident',
  4: 'app unreachable while Heroku is green',
};

/** The runbook's own sentences, in its order. */
export const CONDITIONS: Readonly<Record<EscalationDue['condition'], string>> = {
  1: 'A production deploy run fails after the required-reviewer gate has been passed (indicates a deploy-time failure, not a gate failure)',
  2: 'heroku logs shows Error R14 (memory) or repeated Error R10 (boot timeout) and the standard fixes do not resolve within <unresolved_minutes> min',
  3: 'A Heroku incident is active (check https://status.heroku.com) that affects the <region> region',
  4: 'The Heroku app is unreachable AND Heroku status is green (possible data corruption or misconfiguration requiring dashboard access)',
};

export interface EscalationInput {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly modes: readonly MatchedMode[];
  readonly context: RunbookContext;
  readonly firstSeen?: FirstSeen;
}

/** Returns the conditions that hold now or whose timer is running, in the runbook's order. */
export function escalationsDue(input: EscalationInput): EscalationDue[] {
  const all = [failedAfterGate, unresolvedCrash, platformIncident, unreachableOnGreen];
  return all.map((condition) => condition(input)).filter((due) => due !== null);
}

/** Applies only to gated targets, because a run without a gate cannot pass one. Each attempt of a run pages again. */
function failedAfterGate({ evidence, context }: EscalationInput): EscalationDue | null {
  const { target, now } = context;
  const seen = runsSeen(evidence);
  if (!target.gated || !seen) return null;
  const newest = newestPastGate(readRuns(seen, context));
  if (newest?.stage !== 'failed_after_gate' || now - newest.at > FRESH_MS) return null;
  return failedAfterGateDue(newest, now);
}

/** The condition is about one attempt of a run: a rerun that fails again pages again. */
export function failedAfterGateDue(reading: RunReading, now: Instant): EscalationDue {
  const { run } = reading;
  return {
    condition: 1,
    reason: `${capitalize(runName(run))} failed after the required-reviewer gate was passed${failedIn(reading)}${approvedWords(reading)}: ${run.url}`,
    dueAt: now,
    about: `${run.id}/${run.attempt}`,
  };
}

function unresolvedCrash({ evidence, context, firstSeen }: EscalationInput): EscalationDue | null {
  const history = historyOf(evidence, context);
  const first = history.ok ? firstOf(history.value, evidence, context) : null;
  if (!first) return null;
  const { now, facts } = context;
  const { unresolvedMinutes } = facts.escalation;
  // The first sighting counts (contract). At the terminal, only the log's first matching line is known.
  const since = firstSeen?.crash ?? first.since;
  const dueAt = since + unresolvedMinutes * 60_000;
  const trouble = `${first.words} for ${formatDuration(now - since)}`;
  const reason = dueAt <= now ? `${trouble}; the standard fix did not resolve it` : trouble;
  return { condition: 2, reason, dueAt, about: null };
}

interface Trouble {
  readonly words: string;
  readonly since: Instant;
}

/** One R14 of any process type is enough, and R15 is a worse R14. R10 has to be repeated (contract). */
function firstOf(history: LogHistory, { dynos }: Evidence, context: RunbookContext): Trouble | null {
  const loops = dynos.ok ? crashLoops(history, dynos.value, context) : [];
  const troubles = [
    ...history.codes.flatMap((code) => troubleOf(code, context)),
    ...loops.flatMap((loop) => troubleOfLoop(loop)),
  ];
  if (troubles.length === 0) return null;
  const words = [...new Set(troubles.map((one) => one.words))].join(' and ');
  return { words, since: Math.min(...troubles.map(({ since }) => since)) };
}

function troubleOf({ code, type, now, since }: CodeCount, { target }: RunbookContext): Trouble[] {
  if (since === null) return [];
  const on = type === null || type === target.processType ? '' : ` on ${type}`;
  if (code === 'R14' || code === 'R15') return [{ words: `${code} (memory)${on}`, since }];
  return code === 'R10' && now >= REPEATED_R10 ? [{ words: `repeated R10 (boot timeout)${on}`, since }] : [];
}

/** Between two kills the dyno is up, but nothing is resolved. */
function troubleOfLoop({ last, since }: CrashLoop): Trouble[] {
  switch (last.boot.end?.killedBy) {
    case 'R15':
      return [{ words: 'R15 (memory)', since }];
    case 'R10':
      return [{ words: 'repeated R10 (boot timeout)', since }];
    default:
      return [];
  }
}

function platformIncident({ evidence, context }: EscalationInput): EscalationDue | null {
  if (!evidence.platform.ok) return null;
  const { region } = context.facts.heroku;
  const [first] = incidentsOf(evidence.platform.value, region);
  if (!first) return null;
  const link = first.url ?? 'https://status.heroku.com';
  const reason = `Heroku incident in the ${region.toUpperCase()} region: ${first.title} (${link})`;
  return { condition: 3, reason, dueAt: context.now, about: first.id };
}

/**
 * Never holds for an app that is stopped, in maintenance mode or never deployed. An unread status page does not count
 * as green.
 */
function unreachableOnGreen({
  evidence,
  verdict,
  modes,
  context,
  firstSeen,
}: EscalationInput): EscalationDue | null {
  const { platform } = evidence;
  if (isScaledToZero(evidence, context)) return null;
  if (verdict === 'stopped' || verdict === 'unknown' || !isUnanswered(evidence)) return null;
  if (modes.some(({ id, confidence }) => id === 'A' && confidence === 'likely')) return null;
  if (!platform.ok || !isGreen(platform.value, context.facts.heroku.region)) return null;
  const explained = modes.find(({ id, confidence }) => id === 'B' && confidence === 'likely');
  const { unresolvedMinutes } = context.facts.escalation;
  if (!explained) {
    return {
      condition: 4,
      reason: "The app is unreachable and Heroku's status is green",
      dueAt: context.now,
      about: null,
    };
  }
  const dueAt = (firstSeen?.unreachable ?? context.now) + unresolvedMinutes * 60_000;
  const mode = `failure mode ${explained.id}${explained.code ? ` (${explained.code})` : ''}`;
  const state = dueAt <= context.now ? 'was not resolved in time' : 'is the likely cause';
  return {
    condition: 4,
    reason: `The app is unreachable and Heroku's status is green; ${mode} ${state}`,
    dueAt,
    about: null,
  };
}
