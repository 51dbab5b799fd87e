/** Describes what is wrong in one sentence, and which sources must be read before the failure counts as over. */

import { stepByHand } from '../diagnosis/sort-offers.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { SourceName } from '../model/evidence.ts';
import type { Failure, Picture } from '../model/incident.ts';
import { subjectOf } from '../model/runbook-config.ts';
import type { ExpectedChange } from '../model/situation.ts';
import type { EscalationDue, Finding, MatchedMode, RunbookContext } from '../model/terms.ts';
import { MODE_OF } from '../modes/index.ts';

type NamedFailure = Omit<Picture, 'at' | 'verdict'>;

export interface FailureOptions {
  /** The change in progress. What it explains is not a failure. */
  readonly change: ExpectedChange | null;
  /** True when the app is at 0 or in maintenance on purpose, or nothing was ever deployed. */
  readonly isOff: boolean;
}

/**
 * Returns the likeliest failure mode, or else the verdict, or else a condition that holds now. Returns null when
 * nothing is wrong.
 */
export function failureOf(
  diagnosis: Diagnosis,
  context: RunbookContext,
  { change, isOff }: FailureOptions,
): NamedFailure | null {
  const isExplained = change !== null || isOff;
  const { verdict, findings, actions } = diagnosis;
  const { rollback } = diagnosis;
  const offered = { actions, ...(rollback === null ? {} : { rollback }) };
  const subject = subjectOf(diagnosis, context.facts);
  const likely = likelyMode(diagnosis, isExplained);
  if (likely) {
    const { id, code, title, error, evidence, atBoot } = likely;
    const doFirst = stepByHand(likely, diagnosis.changes);
    return {
      failure: { kind: 'mode', id, code },
      title: titleOf(likely),
      cause: title,
      error,
      fault: null,
      ...(atBoot ? { atBoot } : {}),
      ...(doFirst === null ? {} : { doFirst }),
      evidence,
      ...offered,
    };
  }
  const failed = findings.filter(({ status }) => status === 'fail');
  const evidence = failed.map(({ title, summary }) => `${title}: ${summary}`);
  /** Leaves out the check that says no more than the title does. */
  const evidenceBeside = ({ about }: EscalationDue) =>
    evidence.filter((_, index) => about === null || failed[index]?.about !== about);
  const error = failed.map((finding) => finding.error).find((found) => found !== null) ?? null;
  const due = dueNow(diagnosis, context, isExplained);
  const theirs = due.find(({ condition }) => condition === 3);
  if (!isExplained && (verdict === 'down' || verdict === 'degraded')) {
    // Heroku's own incident explains the failure, and nothing here can fix it.
    if (theirs) return { ...ofCondition(theirs), evidence: evidenceBeside(theirs), error, actions: [] };
    const [first] = failed;
    const cause = first?.summary ?? null;
    return {
      failure: { kind: 'verdict', verdict },
      title: `${subject} is ${verdict}`,
      cause,
      error,
      fault: first ? faultOf(first) : null,
      evidence,
      ...offered,
    };
  }
  if (!isExplained && verdict === 'stopped') {
    const title = `${subject} was stopped, but not through the bot`;
    return {
      failure: { kind: 'verdict', verdict },
      title,
      cause: null,
      error,
      fault: null,
      evidence,
      ...offered,
    };
  }
  const own = due.find(({ condition }) => concerns(condition, context));
  return own
    ? {
        ...ofCondition(own),
        error: null,
        evidence: evidenceBeside(own),
        ...(own.condition === 3 ? { actions: [] } : offered),
      }
    : null;
}

function ofCondition({ condition, about, reason }: EscalationDue) {
  return {
    failure: { kind: 'condition', condition, about },
    title: reason,
    cause: null,
    fault: null,
  } as const;
}

function faultOf({ id, fault }: Finding): string {
  return fault === null ? id : `${id}/${fault}`;
}

/** Returns the conditions that hold now, in the runbook's order. */
function dueNow(
  { escalations }: Diagnosis,
  context: RunbookContext,
  isExplained: boolean,
): readonly EscalationDue[] {
  return escalations.filter((one) => one.dueAt <= context.now && !(isExplained && isOfRunning(one)));
}

/**
 * For an app that boots or is off, a crash loop and "never deployed" mean nothing; runs, gates and workflows still do.
 */
function likelyMode({ modes }: Diagnosis, isExplained: boolean): MatchedMode | undefined {
  return modes.find(
    ({ id, confidence }) => confidence === 'likely' && !(isExplained && (id === 'B' || id === 'A')),
  );
}

function isOfRunning({ condition }: EscalationDue): boolean {
  return condition === 2 || condition === 4;
}

/** Heroku's own incidents concern every target, so only the first target reports them. */
export function concerns(condition: number, { target, facts }: RunbookContext): boolean {
  return condition !== 3 || target.name === facts.targets[0]?.name;
}

function titleOf({ id, code, title }: MatchedMode): string {
  return `Failure mode ${id}${code === null ? '' : ` (${code})`}: ${title}`;
}

const ALWAYS: readonly SourceName[] = ['dynos', 'formation', 'health'];

/** `failure`: the open incident's failure; null when no incident is open. */
export function needsToClose(failure: Failure | null): readonly SourceName[] {
  if (failure?.kind === 'mode') return [...ALWAYS, ...MODE_OF[failure.id].closesWhenSeen];
  return failure?.kind === 'condition' ? [...ALWAYS, ...CONDITION_NEEDS[failure.condition]] : ALWAYS;
}

/** The sources that must be read before a condition counts as absent. */
export const CONDITION_NEEDS = {
  1: ['runs', 'runDetails', 'olderRuns'],
  2: ['logs'],
  3: ['platform'],
  4: ['health', 'platform'],
} as const satisfies Readonly<Record<1 | 2 | 3 | 4, readonly SourceName[]>>;
