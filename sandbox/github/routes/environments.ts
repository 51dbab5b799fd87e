/** Routes for environments with their protection, and for the deployments to them. */
import { notFound } from '../answers.ts';
import { list, paged } from '../paging.ts';
import { addBranchPolicy, putEnvironment } from '../settings.ts';
import {
  branchPolicies,
  deploymentId,
  deploymentsOf,
  showDeployment,
  showDeploymentStatuses,
  showEnvironment,
} from '../show-environments.ts';
import type { GitHubState } from '../state.ts';
import { type GitHubRoute, ok, parseBody } from './route.ts';

export const ENVIRONMENT_ROUTES: readonly GitHubRoute[] = [
  {
    path: '/environments',
    needs: 'actions:read',
    answer: (here, exchange) =>
      list(
        exchange,
        'environments',
        here.state.environments.map((environment) => showEnvironment(here, environment)),
      ),
  },
  {
    path: '/environments/([^/]+)',
    needs: 'actions:read',
    answer(here, { params }) {
      const found = findEnvironment(here.state, params[0]);
      return found ? ok(showEnvironment(here, found)) : notFound();
    },
  },
  {
    method: 'PUT',
    path: '/environments/([^/]+)',
    needs: 'administration:write',
    answer: (here, exchange) => putEnvironment(here, exchange.params[0] ?? '', parseBody(exchange)),
  },
  {
    path: '/environments/([^/]+)/deployment-branch-policies',
    needs: 'actions:read',
    answer(here, exchange) {
      const found = findEnvironment(here.state, exchange.params[0]);
      return found ? list(exchange, 'branch_policies', branchPolicies(found)) : notFound();
    },
  },
  {
    method: 'POST',
    path: '/environments/([^/]+)/deployment-branch-policies',
    needs: 'administration:write',
    answer: (here, exchange) => addBranchPolicy(here, exchange.params[0] ?? '', parseBody(exchange)),
  },
  {
    path: '/deployments',
    needs: 'deployments:read',
    answer(here, { url }) {
      const environment = url.searchParams.get('environment');
      const sha = url.searchParams.get('sha');
      const found = here.state.runs
        .toSorted((a, b) => a.age - b.age)
        .flatMap(deploymentsOf)
        .filter((deployment) => environment === null || deployment.environment === environment)
        .filter((deployment) => sha === null || deployment.run.sha === sha)
        .map((deployment) => showDeployment(here, deployment))
        .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
      return ok(paged(url, found));
    },
  },
  {
    path: '/deployments/(\\d+)/statuses',
    needs: 'deployments:read',
    answer(here, { params, url }) {
      const found = here.state.runs
        .flatMap(deploymentsOf)
        .find((deployment) => deploymentId(deployment) === Number(params[0]));
      return found ? ok(paged(url, showDeploymentStatuses(here, found))) : notFound();
    },
  },
];

/** GitHub ignores the case of an environment's name. */
function findEnvironment({ environments }: GitHubState, wanted = '') {
  return environments.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
}
