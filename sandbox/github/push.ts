/** Simulates a push: the branch moves, and the workflow for pushes starts a run. */
import { parse } from 'yaml';
import { z } from 'zod';
import { stableSha } from '../stable-id.ts';
import type { World } from '../world.ts';
import { beginRun } from './live-runs.ts';
import type { CommitState } from './state.ts';

export interface Push {
  readonly branch: string;
  readonly title: string;
  readonly author: string;
}

const listening = z.object({
  on: z.object({ push: z.object({ branches: z.array(z.string()).default([]) }).optional() }),
});

/** `now` is in milliseconds since 1970. Returns undefined if there is no such branch. */
export function pushCommit(
  { github: state, start }: World,
  { branch: name, title, author }: Push,
  now: number,
): CommitState | undefined {
  const branch = state.branches.find((one) => one.name === name);
  if (!branch) return undefined;
  const sha = stableSha(`push ${title} ${branch.commits.length} ${now}`);
  const commit = { sha, title, author, age: (start - now) / 1000 };
  branch.commits.unshift(commit);
  const workflow = state.workflows.find(({ file }) => file === 'deploy-heroku.yml');
  if (workflow?.state !== 'active') return commit;
  const { on } = listening.parse(parse(workflow.text));
  if (on.push?.branches.includes(name)) {
    const run = { workflow: workflow.file, event: 'push', title, branch: name, sha, actor: author } as const;
    beginRun({ state, start }, now, { ...run, environment: 'staging' });
  }
  return commit;
}
