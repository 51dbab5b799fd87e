/** Checks what a case expects against the diagnosis as JSON, which is what scripts and people read. */
import type { toJson } from '../../src/runbook/diagnosis/to-json.ts';
import type { Case } from './case-world.ts';

type Report = ReturnType<typeof toJson>;

/** Returns one line for each expectation that is not met. */
export function faultsOf(one: Case, report: Report, exit: number): string[] {
  const { expect } = one;
  const statusOf = new Map<string, string>(
    report.steps.map(({ id, status, summary }) => [id, `${status} ${summary}`]),
  );
  const is = (step: string, statuses: readonly string[]) =>
    statuses.includes((statusOf.get(step) ?? '').split(' ', 1)[0] ?? '');
  const modes = report.failure_modes;
  const found = modes.map(({ id, code, confidence }) => `${id}/${code} ${confidence}`).join(', ');
  const faults: string[] = [];
  const want = (holds: boolean, words: string) => {
    if (!holds) faults.push(words);
  };
  want(expect.verdict?.includes(report.verdict) ?? true, `verdict ${report.verdict}`);
  want(expect.exit?.includes(exit) ?? true, `exit status ${exit}`);
  for (const [step, statuses] of Object.entries(expect.steps ?? {})) {
    want(is(step, statuses), `${step}: ${statusOf.get(step)}`);
  }
  const any = expect.anyStepOf;
  want(
    !any || any.steps.some((step) => is(step, any.statuses)),
    `none of ${any?.steps.join(', ')} complains`,
  );
  for (const { id, code, confidence } of expect.modes ?? []) {
    const matches = modes.some(
      (mode) =>
        mode.id === id &&
        (code === undefined || mode.code === code) &&
        (confidence === undefined || confidence.includes(mode.confidence)),
    );
    want(matches, `no mode ${id}/${code}: ${found}`);
  }
  for (const not of expect.modesNot ?? []) {
    const [id, confidence] = not.split(':');
    const matches = modes.some((mode) => mode.id === id && (!confidence || mode.confidence === confidence));
    want(!matches, `mode ${not}: ${found}`);
  }
  want(!expect.noModes || modes.length === 0, `modes: ${found}`);
  want(!expect.noLikelyModes || modes.every(({ confidence }) => confidence !== 'likely'), `modes: ${found}`);
  const conditions: readonly number[] = report.escalations.map(({ condition }) => condition);
  for (const condition of expect.escalations ?? []) {
    want(conditions.includes(condition), `no condition ${condition}: ${conditions.join()}`);
  }
  for (const condition of expect.escalationsNot ?? []) {
    want(!conditions.includes(condition), `condition ${condition} holds`);
  }
  const actions: readonly string[] = report.actions;
  for (const action of expect.actions ?? [])
    want(actions.includes(action), `no ${action}: ${actions.join()}`);
  for (const action of expect.actionsNot ?? []) want(!actions.includes(action), `${action} is offered`);
  const text = JSON.stringify(report);
  for (const pattern of mentionsOf(one)) want(new RegExp(pattern).test(text), `does not mention ${pattern}`);
  return faults;
}

/** One case refers to a run by its place in the queue. */
export function mentionsOf({ expect, runs = [] }: Case): readonly string[] {
  const holder = runs.find(({ status }) => status === 'waiting');
  return (expect.mentions ?? []).map((mention) =>
    mention === 'the id of the run that holds the queue' ? String(holder?.id) : mention,
  );
}
