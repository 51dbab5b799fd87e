/** Lists what differs from the runbook file: the stack, missing workflows, and retired workflows that still exist. */

import { defineCheck } from '../model/check.ts';
import type { WorkflowFile } from '../model/github.ts';
import type { RunbookContext } from '../model/terms.ts';
import { unsafeLegacyUses } from '../runs/legacy-action.ts';
import { accessFaults } from './repository-access.ts';

export const driftCheck = defineCheck({
  id: 'drift',
  step: null,
  title: 'Drift from the runbook',
  byHand: {
    command: 'gh workflow list --all; heroku stack --app <app>',
    expect:
      'The workflows of the table are active, deploy.yml is gone, and any akhileshns/heroku-deploy usage has dontautocreate: true.',
  },
  needs: ['workflows', 'app'],
  wants: ['slug', 'repository'],
  judge({ workflows, app, slug, repository }, context) {
    const { facts, target } = context;
    const access = repository.ok ? accessFaults(repository.value, context) : [];
    const wordsOf = (status: 'warn' | 'fail') =>
      access.filter((one) => one.status === status).map(({ words }) => words);
    const faults = [...wordsOf('fail'), ...workflowFaults(workflows, facts), ...unsafeLegacyUses(workflows)];
    const stacks = { app: app.stack, 'running slug': slug.ok ? slug.value?.stack : undefined };
    for (const [what, stack] of Object.entries(stacks)) {
      if (stack && stack !== target.stack)
        faults.push(`the ${what}'s stack is ${stack}, not ${target.stack}`);
    }
    const warnings = wordsOf('warn');
    if (faults.length > 0) return { status: 'fail', summary: faults.join('; '), details: warnings };
    if (warnings.length > 0) return { status: 'warn', summary: warnings.join('; ') };
    const unread = unreadOf(workflows);
    if (unread.length > 0) {
      const names = unread.map(({ file }) => file).join(', ');
      return { status: 'unknown', summary: `Couldn't read the text of ${names}` };
    }
    return {
      status: 'pass',
      summary: `stack ${target.stack} and ${facts.github.workflows.length} workflows match the runbook`,
    };
  },
});

function unreadOf(workflows: readonly WorkflowFile[]): readonly WorkflowFile[] {
  return workflows.filter(
    ({ state, text, isElsewhere }) => state !== 'deleted' && text === null && !isElsewhere,
  );
}

function workflowFaults(workflows: readonly WorkflowFile[], { github }: RunbookContext['facts']): string[] {
  const stateOf = new Map(
    workflows.map(({ file, state, isElsewhere }) => [file, isElsewhere ? `not on ${github.ref}` : state]),
  );
  const wrong = github.workflows.flatMap((file) => {
    const state = stateOf.get(file) ?? 'missing';
    return state === 'active' ? [] : [`${file} ${workflowStateWords(state)}`];
  });
  const back = github.retiredWorkflows.filter((file) => (stateOf.get(file) ?? 'deleted') !== 'deleted');
  return [...wrong, ...back.map((file) => `${file} was retired, but is back`)];
}

/** Why a workflow does not run, as a predicate: `was disabled manually`, `is missing`. */
export function workflowStateWords(state: string): string {
  return DISABLED.get(state) ?? `is ${state.replaceAll('_', ' ')}`;
}

/** GitHub REST API, "List repository workflows": its states. */
const DISABLED: ReadonlyMap<string, string> = new Map([
  ['disabled_manually', 'was disabled manually'],
  ['disabled_inactivity', 'was disabled for inactivity'],
  ['disabled_fork', 'is disabled because the repository is a fork'],
]);
