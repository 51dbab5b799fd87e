/** "Wake the operator when": the runbook's four conditions, each a pure function of evidence and time. */
import { deployRuns, FRESH_MS, newestPastGate } from './deploy-runs.ts';
import type { Context, EscalationDue, MatchedMode, Verdict } from './diagnosis.ts';
import type { Evidence, Instant } from './evidence.ts';
import { codeCount, type LogStory, REPEATED_R10, readLog } from './log-story.ts';
import { incidentsOf, isGreen } from './platform-incident.ts';
import { isUnanswered } from './verdict.ts';

/** The runbook's own sentences, in its order. */
export const CONDITIONS: Readonly<Record<EscalationDue['condition'], string>> = {
  1: 'A production deploy run fails after the required-reviewer gate has been passed (indicates a deploy-time failure, not a gate failure)',
  2: 'heroku logs shows Error R14 (memory) or repeated Error R10 (boot timeout) and the standard fixes do not resolve within <unresolved_minutes> min',
  3: 'A Heroku incident is active (check https://status.heroku.com) that affects the <region> region',
  4: 'The Heroku app is unreachable AND Heroku status is green (possible data corruption or misconfiguration requiring dashboard access)',
};

/** Since when a fact has been seen, by whoever remembers; the terminal has only this one look. */
export interface FirstSeen {
  readonly unreachable?: Instant;
  /** R14, or repeated R10. */
  readonly crash?: Instant;
}

export interface EscalationInput {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly modes: readonly MatchedMode[];
  readonly context: Context;
  readonly firstSeen?: FirstSeen;
}

/** The conditions that hold now or are counting, in the runbook's order. */
export function escalationsDue(input: EscalationInput): EscalationDue[] {
  const all = [failedAfterGate, unresolvedCrash, platformIncident, unreachableOnGreen];
  return all.map((condition) => condition(input)).filter((due) => due !== null);
}

/** Of gated targets only: a deploy without a gate cannot pass one. */
function failedAfterGate({ evidence, context }: EscalationInput): EscalationDue | null {
  const { runs, runDetails, deployments } = evidence;
  const { target, facts, now } = context;
  if (!target.gated || !runs.ok || !runDetails.ok) return null;
  const newest = newestPastGate(deployRuns(runs.value, runDetails.value, deployments, target, facts));
  if (newest?.stage !== 'failed_after_gate' || now - newest.run.createdAt > FRESH_MS) return null;
  const reason = `Run ${newest.run.id} failed after the required-reviewer gate was passed: ${newest.run.url}`;
  return { condition: 1, reason, dueAt: now, about: String(newest.run.id) };
}

function unresolvedCrash({ evidence, context, firstSeen }: EscalationInput): EscalationDue | null {
  const { logs, releases } = evidence;
  const { target, facts } = context;
  if (!logs.ok) return null;
  const current = releases.ok ? releases.value.find((release) => release.current) : undefined;
  const story = readLog(logs.value, target.processType, current);
  const since = firstOf(story);
  if (since === null) return null;
  const minutes = facts.escalation.unresolvedMinutes;
  return {
    condition: 2,
    reason: `${since.words} in the log; the standard fix has ${minutes} min to resolve it`,
    // Contract: the first sighting counts; the terminal has only the log's first matching line.
    dueAt: (firstSeen?.crash ?? since.at) + minutes * 60_000,
    about: '',
  };
}

/** One R14 is enough; R15 is R14 grown worse; R10 must be repeated (contract). */
function firstOf(story: LogStory): { readonly at: Instant; readonly words: string } | null {
  const memory = ['R14', 'R15']
    .map((code) => codeCount(story, code)?.firstNow ?? null)
    .filter((at) => at !== null);
  const boot = codeCount(story, 'R10');
  const repeated = boot && boot.now >= REPEATED_R10 && boot.firstNow !== null ? [boot.firstNow] : [];
  if (memory.length + repeated.length === 0) return null;
  const words = [
    memory.length > 0 ? 'Error R14 (memory)' : '',
    repeated.length > 0 ? 'repeated Error R10 (boot timeout)' : '',
  ];
  return { at: Math.min(...memory, ...repeated), words: words.filter((one) => one !== '').join(' and ') };
}

function platformIncident({ evidence, context }: EscalationInput): EscalationDue | null {
  if (!evidence.platform.ok) return null;
  const { region } = context.facts.heroku;
  const [first] = incidentsOf(evidence.platform.value, region);
  if (!first) return null;
  const reason = `Active Heroku incident for ${region}: ${first.title}`;
  return { condition: 3, reason, dueAt: context.now, about: first.id };
}

/** Never of an app that is stopped, in maintenance mode or never deployed; an unread status page is not green. */
function unreachableOnGreen({
  evidence,
  verdict,
  modes,
  context,
  firstSeen,
}: EscalationInput): EscalationDue | null {
  const { platform } = evidence;
  if (verdict === 'stopped' || verdict === 'unknown' || !isUnanswered(evidence)) return null;
  if (modes.some(({ id, confidence }) => id === 'A' && confidence === 'likely')) return null;
  if (!platform.ok || !isGreen(platform.value, context.facts.heroku.region)) return null;
  const explained = modes.find(({ id, confidence }) => id === 'B' && confidence === 'likely');
  const { unresolvedMinutes } = context.facts.escalation;
  if (!explained) {
    return {
      condition: 4,
      reason: 'The app is unreachable and Heroku’s status is green',
      dueAt: context.now,
      about: '',
    };
  }
  const since = firstSeen?.unreachable ?? context.now;
  const mode = `failure mode ${explained.id}${explained.code ? ` (${explained.code})` : ''}`;
  return {
    condition: 4,
    reason: `The app is unreachable and Heroku’s status is green; ${mode} explains it and has ${unresolvedMinutes} min to be resolved`,
    dueAt: since + unresolvedMinutes * 60_000,
    about: '',
  };
}
