/** A repository with a working gate, whose last deploys succeeded. */
import { stableSha } from '../stable-id.ts';
import type { CommitState, GitHubState, JobState, RunState } from './state.ts';
import { DEPLOY_ANTLERS, DEPLOY_HEROKU, PR_PREVIEW } from './workflow-files.ts';

/** Returns a fresh value each time. */
export function healthyGitHub(): GitHubState {
  return {
    owner: 'raxx-app',
    name: 'TradeMasterAPI',
    formerNames: [],
    defaultBranch: 'main',
    private: true,
    permissions: ['actions:read', 'contents:read', 'deployments:read', 'secrets:read', 'actions:write'],
    planHasReviewers: true,
    workflows: [
      { file: 'deploy-heroku.yml', name: 'Deploy to Heroku', state: 'active', text: DEPLOY_HEROKU },
      { file: 'deploy-antlers.yml', name: 'Deploy Antlers', state: 'active', text: DEPLOY_ANTLERS },
      { file: 'pr-preview.yml', name: 'PR Preview', state: 'active', text: PR_PREVIEW },
      { file: 'deploy.yml', name: 'Deploy', state: 'deleted', text: '' },
    ],
    branches: [
      { name: 'main', commits: commits() },
      { name: 'develop', commits: [commit('Try a new scheduler', 4000), ...commits()] },
    ],
    tags: ['v1.4.0'],
    login: 'raxx-bot',
    collaborators: ['Kristerpher', 'kris', 'raxx-bot'],
    deploys: {
      phase: 4,
      hiddenFor: 1,
      tellsId: true,
      frozen: false,
      push: 'success',
      queues: false,
      crashes: false,
      crashesAfter: null,
    },
    runs: [
      ...Array.from({ length: 9 }, (_, index) => push(9200 + index, 720_000 - index * 80_000)),
      dispatch(9250, 5 * 3600 + 300),
      { ...push(9260, 7500), sha: stableSha('raxx-api v214') },
    ],
    environments: [
      { name: 'staging', reviewers: null, branches: 'any', adminsBypass: true },
      { name: 'production', reviewers: ['Kristerpher'], branches: ['main'], adminsBypass: false },
    ],
    secrets: [
      { name: 'DEPLOY_FREEZE_OVERRIDE', age: 2_600_000 },
      { name: 'HEROKU_API_KEY', age: 5_200_000 },
    ],
    rateLimitRemaining: 4800,
  };
}

const TITLES = ['Pin gunicorn', 'Add portfolio endpoint', 'Cache market calendars', 'Retry broker calls'];

/** Staging runs the newest commit, production the fourth. */
function commits(): CommitState[] {
  return [
    {
      ...commit('Cache market calendars', 7600, 'raptor/calendars.py'),
      sha: stableSha('raxx-api v214'),
    },
    commit('Retry broker calls', 9000, 'raptor/broker.py'),
    commit('Add portfolio endpoint', 12_000, 'raptor/portfolio.py', 'migrations/0042_portfolios.py'),
    { ...commit('Pin gunicorn', 19_000, 'requirements.txt'), sha: stableSha('raxx-api v99') },
    commit('Fix the health check', 90_000, 'raptor/health.py'),
  ];
}

function commit(title: string, age: number, ...files: string[]): CommitState {
  return { sha: stableSha(`commit ${title}`), title, author: 'kris', age, files };
}

const run = {
  workflow: 'deploy-heroku.yml',
  status: 'completed',
  conclusion: 'success',
  branch: 'main',
  actor: 'kris',
} as const;

function push(id: number, age: number): RunState {
  const title = TITLES[id % TITLES.length] ?? 'Change';
  const sha = stableSha(`run ${id}`);
  return {
    ...run,
    id,
    event: 'push',
    title,
    sha,
    age,
    duration: 240,
    environment: 'staging',
    jobs: jobs(),
    approvals: [],
  };
}

function dispatch(id: number, age: number): RunState {
  return {
    ...run,
    id,
    event: 'workflow_dispatch',
    title: 'Deploy to Heroku',
    sha: stableSha('raxx-api v99'),
    age,
    duration: 300,
    environment: 'production',
    jobs: jobs(),
    approvals: [{ state: 'approved', by: 'Kristerpher', comment: 'go' }],
  };
}

function jobs(): JobState[] {
  const done = { status: 'completed', conclusion: 'success' } as const;
  return [
    { ...done, name: 'freeze-check', steps: [{ ...done, name: 'Check freeze' }] },
    { ...done, name: 'deploy', steps: [{ ...done, name: 'Push to Heroku' }] },
  ];
}
