/** Branches, commits and what lies between two of them as GitHub shows it. */
import { stableSha } from '../stable-id.ts';
import { isoAgo, nodeId, type Place, repositoryPath, showUser } from './people.ts';
import type { CommitState } from './state.ts';

/** Commits on one page of a comparison. */
const PAGE = 250;

export function findCommit({ state }: Place, wanted: string): CommitState | undefined {
  const branch = state.branches.find(({ name }) => name === wanted);
  if (branch) return branch.commits[0];
  if (!/^[0-9a-f]{7,40}$/.test(wanted)) return undefined;
  return state.branches.flatMap(({ commits }) => commits).find(({ sha }) => sha.startsWith(wanted));
}

export function showRef({ api, state }: Place, kind: 'heads' | 'tags', name: string, sha: string) {
  const repository = api + repositoryPath(state);
  return {
    ref: `refs/${kind}/${name}`,
    node_id: nodeId('REF', name.length),
    url: `${repository}/git/refs/${kind}/${name}`,
    object: { type: 'commit', sha, url: `${repository}/git/commits/${sha}` },
  };
}

export function showCommit({ api, state, start }: Place, { sha, title, author, age }: CommitState) {
  const repository = api + repositoryPath(state);
  const html = `https://github.com/${state.owner}/${state.name}`;
  const by = { name: author, email: `${author}@raxx.app`, date: isoAgo(start, age) };
  const tree = stableSha(`tree ${sha}`);
  return {
    sha,
    node_id: nodeId('C', age),
    url: `${repository}/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    comments_url: `${repository}/commits/${sha}/comments`,
    commit: {
      author: by,
      committer: by,
      message: `${title}\n\nReviewed-by: Kristerpher`,
      tree: { sha: tree, url: `${repository}/git/trees/${tree}` },
      url: `${repository}/git/commits/${sha}`,
      comment_count: 0,
    },
    author: showUser(api, author),
    committer: showUser(api, author),
    parents: [],
  };
}

/** null: one of the two is not known here. */
export function showComparison(place: Place, base: string, head: string) {
  const { api, state } = place;
  const [from, to] = [findCommit(place, base), findCommit(place, head)];
  if (!from || !to) return null;
  const history = (tip: CommitState) => {
    for (const { commits } of state.branches) {
      const at = commits.findIndex(({ sha }) => sha === tip.sha);
      if (at >= 0) return commits.slice(at);
    }
    return [];
  };
  const lacks = (one: readonly CommitState[], other: readonly CommitState[]) =>
    one.filter(({ sha }) => !other.some((commit) => commit.sha === sha));
  const ahead = lacks(history(to), history(from));
  const behind = lacks(history(from), history(to));
  const common = history(to).find(({ sha }) => history(from).some((commit) => commit.sha === sha)) ?? from;
  const url = `${api}${repositoryPath(state)}/compare/${base}...${head}`;
  const html = `https://github.com/${state.owner}/${state.name}/compare/${base}...${head}`;
  return {
    url,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: showCommit(place, from),
    merge_base_commit: showCommit(place, common),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    // Oldest first.
    commits: ahead
      .toReversed()
      .slice(0, PAGE)
      .map((one) => showCommit(place, one)),
    files: [],
  };
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
