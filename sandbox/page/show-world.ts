/** Summarizes Heroku's and GitHub's own pages for the panels of this page. */
import type { EnvironmentState, GitHubState, RunState } from '../github/state.ts';
import type { World } from '../world.ts';

export interface AppCard {
  readonly name: string;
  /** For example `web=1:Basic worker=0:Basic`. */
  readonly formation: string;
  /** For example `web.1 up`. */
  readonly dynos: string;
  /** Newest first, for example `v99 Deploy 4f070772 (current)`. */
  readonly releases: readonly string[];
}

export interface RunCard {
  readonly id: number;
  readonly title: string;
  /** For example `production by raxx-bot (workflow_dispatch), main at 4f070772`. */
  readonly about: string;
  /** For example `waits at the gate` or `failure`. */
  readonly state: string;
  /** One line per job, for example `freeze-check: success`. */
  readonly jobs: readonly string[];
  /** For example `approved by Kristerpher: go`. */
  readonly reviews: readonly string[];
  /** Logins that may approve it. Empty if it is not waiting for anyone. */
  readonly reviewers: readonly string[];
  readonly isOver: boolean;
  /** Its page on GitHub, as the bot links to it. */
  readonly url: string;
}

export interface GitHubCard {
  /** Newest first. */
  readonly runs: readonly RunCard[];
  readonly branches: readonly { readonly name: string; readonly tip: string }[];
  readonly people: readonly string[];
  /** For example `production: reviewers Kristerpher, branches main`. */
  readonly environments: readonly string[];
}

const RELEASES = 3;
const RUNS = 3;

export function showApps({ heroku }: World): AppCard[] {
  return Object.entries(heroku.apps).map(([name, { formation, dynos, releases }]) => {
    const current = releases.findLast(({ status }) => status === 'succeeded');
    return {
      name,
      formation: formation.map(({ type, quantity, size }) => `${type}=${quantity}:${size}`).join(' '),
      dynos: dynos.map((one) => `${one.name} ${one.state}`).join(', '),
      releases: releases
        .slice(-RELEASES)
        .reverse()
        .map(({ version, description, status }) => {
          const mark = status === 'succeeded' ? '' : ` (${status})`;
          return `v${version} ${description}${version === current?.version ? ' (current)' : mark}`;
        }),
    };
  });
}

export function showGitHub({ github }: World): GitHubCard {
  const runs = github.runs
    .filter(({ workflow }) => workflow === 'deploy-heroku.yml')
    .toSorted((one, other) => one.age - other.age);
  return {
    runs: runs.slice(0, RUNS).map((run) => showRun(github, run)),
    branches: github.branches.map(({ name, commits: [tip] }) => ({
      name,
      tip: tip ? `${tip.sha.slice(0, 8)} ${tip.title}` : '',
    })),
    people: github.collaborators.filter((login) => login !== github.login),
    environments: github.environments.map(environmentWords),
  };
}

/** Returns who may approve a run. Empty if it is not waiting for anyone. */
export function reviewersOf(github: GitHubState, run: RunState): readonly string[] {
  if (run.status !== 'waiting') return [];
  const environment = github.environments.find(({ name }) => name === run.environment);
  const named = environment?.reviewers ?? [];
  // A team's members are not known here, so anyone with access to the repository may be one.
  return named.some((one) => one.startsWith('@')) ? github.collaborators : named;
}

function showRun(github: GitHubState, run: RunState): RunCard {
  const { id, title, environment, actor, event, branch, sha, status, conclusion, jobs, approvals } = run;
  return {
    id,
    title,
    about: `${environment ?? 'no environment'}, ${branch} at ${sha.slice(0, 8)}, by ${actor} (${event})`,
    state: conclusion ?? (status === 'waiting' ? 'waits at the gate' : status.replaceAll('_', ' ')),
    jobs: jobs.map((job) => `${job.name}: ${(job.conclusion ?? job.status).replaceAll('_', ' ')}`),
    reviews: approvals.map(({ state, by, comment }) => `${state} by ${by}${comment ? `: ${comment}` : ''}`),
    reviewers: reviewersOf(github, run),
    isOver: status === 'completed',
    url: `https://github.com/${github.owner}/${github.name}/actions/runs/${id}`,
  };
}

function environmentWords({ name, reviewers, branches }: EnvironmentState): string {
  const who = reviewers && reviewers.length > 0 ? `reviewers ${reviewers.join(', ')}` : 'no reviewers';
  const which = Array.isArray(branches) ? branches.join(', ') || 'none' : branches;
  return `${name}: ${who}, branches ${which}`;
}
