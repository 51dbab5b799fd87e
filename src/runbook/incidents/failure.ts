/** What is wrong, in one sentence, and what has to be seen before it counts as over. */

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
  /** The change in progress: what it explains is not a failure. */
  readonly change: ExpectedChange | null;
  /** The app is at 0 or in maintenance on purpose, or nothing was ever deployed. */
  readonly isOff: boolean;
}

/** The likeliest failure mode, else the verdict, else a condition that holds now. Null when nothing is wrong. */
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
  /** Without the check that the title is about. */
  const evidenceBeside = (told: Finding['id'] | null) =>
    failed.filter(({ id }) => id !== told).map(({ title, summary }) => `${title}: ${summary}`);
  const evidence = evidenceBeside(null);
  const error = failed.map((finding) => finding.error).find((found) => found !== null) ?? null;
  const due = dueNow(diagnosis, context, isExplained);
  const theirs = due.find(({ condition }) => condition === 3);
  if (!isExplained && (verdict === 'down' || verdict === 'degraded')) {
    // Heroku's own incident explains it, and nothing here fixes it.
    if (theirs) return { ...ofCondition(theirs), evidence: evidenceBeside(CHECK_OF[3]), error, actions: [] };
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
    const title = `${subject} was stopped outside the bot`;
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
        evidence: evidenceBeside(CHECK_OF[own.condition]),
        ...(own.condition === 3 ? { actions: [] } : offered),
      }
    : null;
}

/** The check that says what the condition says. */
const CHECK_OF: Readonly<Record<EscalationDue['condition'], Finding['id'] | null>> = {
  1: 'workflow_runs',
  2: null,
  3: 'platform',
  4: null,
};

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

/** In the runbook's order. */
function dueNow(
  { escalations }: Diagnosis,
  context: RunbookContext,
  isExplained: boolean,
): readonly EscalationDue[] {
  return escalations.filter((one) => one.dueAt <= context.now && !(isExplained && isOfRunning(one)));
}

/** For an app that boots or is off, a crash loop and "never deployed" mean nothing; runs, gates and workflows do. */
function likelyMode({ modes }: Diagnosis, isExplained: boolean): MatchedMode | undefined {
  return modes.find(
    ({ id, confidence }) => confidence === 'likely' && !(isExplained && (id === 'B' || id === 'A')),
  );
}

function isOfRunning({ condition }: EscalationDue): boolean {
  return condition === 2 || condition === 4;
}

/** Heroku's own incidents concern every target: only the first one reports them, so that they are reported once. */
export function concerns(condition: number, { target, facts }: RunbookContext): boolean {
  return condition !== 3 || target.name === facts.targets[0]?.name;
}

function titleOf({ id, code, title }: MatchedMode): string {
  return `Failure mode ${id}${code === null ? '' : ` (${code})`}: ${title}`;
}

const ALWAYS: readonly SourceName[] = ['dynos', 'formation', 'health'];

/** `failure`: that of the open incident; null when there is none. */
export function needsToClose(failure: Failure | null): readonly SourceName[] {
  if (failure?.kind === 'mode') return [...ALWAYS, ...MODE_OF[failure.id].closesWhenSeen];
  return failure?.kind === 'condition' ? [...ALWAYS, ...CONDITION_NEEDS[failure.condition]] : ALWAYS;
}

/** The sources that have to be seen before a condition can be called absent. */
export const CONDITION_NEEDS = {
  1: ['runs', 'runDetails', 'olderRuns'],
  2: ['logs'],
  3: ['platform'],
  4: ['health', 'platform'],
} as const satisfies Readonly<Record<1 | 2 | 3 | 4, readonly SourceName[]>>;
