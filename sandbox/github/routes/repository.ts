/** Routes for the repository itself, its collaborators, and its secrets. */
import { notFound } from '../answers.ts';
import { list } from '../paging.ts';
import { isoAgo, showRepository } from '../people.ts';
import { putSecret, showPublicKey } from '../settings.ts';
import { type GitHubRoute, ok, parseBody } from './route.ts';

export const REPOSITORY_ROUTES: readonly GitHubRoute[] = [
  { path: '', needs: null, answer: (here) => ok(showRepository(here)) },
  {
    path: '/collaborators/([^/]+)',
    needs: null,
    answer({ state }, { params }) {
      const found = state.collaborators.some((login) => login.toLowerCase() === params[0]?.toLowerCase());
      return found ? { status: 204, body: '' } : notFound();
    },
  },
  {
    path: '/actions/secrets',
    needs: 'secrets:read',
    answer({ state, start }, exchange) {
      const secrets = state.secrets.map(({ name, age }) => ({
        name,
        created_at: isoAgo(start, age + 1_000_000),
        updated_at: isoAgo(start, age),
      }));
      return list(exchange, 'secrets', secrets);
    },
  },
  { path: '/actions/secrets/public-key', needs: 'secrets:read', answer: () => ok(showPublicKey()) },
  {
    method: 'PUT',
    path: '/actions/secrets/([^/]+)',
    needs: 'secrets:write',
    answer: (here, exchange) => putSecret(here, exchange.params[0] ?? '', parseBody(exchange), here.now),
  },
];
