/** Routes for branches, tags, commits, comparisons, and the workflows' files. */
import { notFound, problem } from '../answers.ts';
import { findCommit, showCommit, showComparison, showRef } from '../show-commits.ts';
import { type GitHubRoute, ok } from './route.ts';

export const CODE_ROUTES: readonly GitHubRoute[] = [
  {
    path: '/git/ref/heads/(.+)',
    needs: 'contents:read',
    answer(here, { params }) {
      const branch = here.state.branches.find(({ name }) => name === params[0]);
      const [tip] = branch?.commits ?? [];
      return branch && tip ? ok(showRef(here, 'heads', branch.name, tip.sha)) : notFound();
    },
  },
  {
    path: '/git/ref/tags/(.+)',
    needs: 'contents:read',
    answer(here, { params }) {
      const name = here.state.tags.find((tag) => tag === params[0]);
      const commit = here.state.branches[0]?.commits.at(-1);
      return name && commit ? ok(showRef(here, 'tags', name, commit.sha)) : notFound();
    },
  },
  {
    path: '/commits/([^/]+)',
    needs: 'contents:read',
    answer(here, { params }) {
      const commit = findCommit(here, params[0] ?? '');
      if (commit) return ok(showCommit(here, commit));
      return { status: 422, body: problem(`No commit found for SHA: ${params[0]}`, '422') };
    },
  },
  {
    path: '/compare/(.+)\\.\\.\\.(.+)',
    needs: 'contents:read',
    answer(here, { params: [base = '', head = ''], url }) {
      const size = url.searchParams.get('per_page');
      const number = Number(url.searchParams.get('page') ?? 1);
      const page = { size: size === null ? null : Number(size), number };
      const comparison = showComparison(here, base, head, page);
      return comparison ? ok(comparison) : notFound();
    },
  },
  {
    path: '/contents/(.+)',
    needs: 'contents:read',
    answer({ state }, { params, headers }) {
      const file = params[0]?.replace(/^\.github\/workflows\//, '');
      const workflow = state.workflows.find((known) => known.file === file && known.state !== 'deleted');
      if (!workflow) return notFound();
      if (!headers.accept?.includes('raw')) return ok(showFile(workflow.file, workflow.text));
      return {
        status: 200,
        headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
        body: workflow.text,
      };
    },
  },
];

function showFile(name: string, text: string) {
  return {
    type: 'file',
    name,
    path: `.github/workflows/${name}`,
    size: Buffer.byteLength(text),
    encoding: 'base64',
    content: Buffer.from(text).toString('base64'),
  };
}
