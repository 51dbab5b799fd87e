/** What is wrong, in one sentence, and what has to be seen before it may be called over. */
import type { Context, Diagnosis, MatchedMode } from './diagnosis.ts';
import type { SourceName } from './evidence.ts';
import type { Picture } from './incident.ts';

type Failure = Pick<Picture, 'failure' | 'title' | 'evidence'>;

/** The likeliest failure mode, else the verdict, else a condition that holds now; null: nothing is wrong. */
export function failureOf(diagnosis: Diagnosis, context: Context): Failure | null {
  const likely = diagnosis.modes.find(({ confidence }) => confidence === 'likely');
  if (likely) return { failure: nameOf(likely), title: titleOf(likely), evidence: likely.evidence };
  const failed = diagnosis.findings.filter(({ status }) => status === 'fail');
  const evidence = failed.map(({ title, summary }) => `${title}: ${summary}`);
  const { app, verdict } = diagnosis;
  if (verdict === 'down') return { failure: verdict, title: `${app} is down`, evidence };
  if (verdict === 'degraded') return { failure: verdict, title: `${app} is degraded`, evidence };
  if (verdict === 'stopped')
    return { failure: verdict, title: `${app} was stopped outside the bot`, evidence };
  const due = diagnosis.escalations.find(
    ({ condition, dueAt }) => dueAt <= context.now && concerns(condition, context),
  );
  if (!due) return null;
  return { failure: `${due.condition}:${due.about}`, title: due.reason, evidence };
}

/** Heroku's own incidents are everybody's: one target tells of them, so that they are told once. */
export function concerns(condition: number, { target, facts }: Context): boolean {
  return condition !== 3 || target.name === facts.targets[0]?.name;
}

function nameOf({ id, code }: MatchedMode): string {
  return code === null ? `mode ${id}` : `mode ${id}/${code}`;
}

function titleOf({ id, code, title }: MatchedMode): string {
  return `Failure mode ${id}${code === null ? '' : ` (${code})`}: ${title}`;
}

const ALWAYS: readonly SourceName[] = ['dynos', 'formation', 'health'];

/** `failure`: of the open incident; null: there is none. */
export function needsToClose(failure: string | null): readonly SourceName[] {
  if (failure === null) return ALWAYS;
  if (failure.startsWith('mode B')) return [...ALWAYS, 'logs', 'releases'];
  if (failure.startsWith('mode A')) return [...ALWAYS, 'releases', 'slug'];
  if (failure.startsWith('mode C')) return [...ALWAYS, 'workflows'];
  if (failure.startsWith('mode D') || failure.startsWith('1:'))
    return [...ALWAYS, 'runs', 'runDetails', 'olderRuns'];
  if (failure.startsWith('mode E')) return [...ALWAYS, 'environments'];
  if (failure.startsWith('3:')) return [...ALWAYS, 'platform'];
  return ALWAYS;
}
