/** Shows branches, commits, and comparisons of two commits the way GitHub does. */
import { stableSha } from '../stable-id.ts';
import { isoAgo, nodeId, type Place, repositoryPath, showUser } from './people.ts';
import type { CommitState } from './state.ts';

/** Maximum number of commits in a comparison that is not requested page by page. They are the newest ones. */
const MOST_COMMITS = 250;
/** Maximum number of files in a comparison. They are only on its first page. */
const MOST_FILES = 300;

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

export interface Page {
  /** The requested page size. Null if none was requested. */
  readonly size: number | null;
  readonly number: number;
}

/** Returns null if one of the two commits is unknown. */
export function showComparison(place: Place, base: string, head: string, page: Page) {
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
    commits: pageOf(ahead.toReversed(), page).map((one) => showCommit(place, one)),
    files: page.number > 1 ? [] : showFiles(place, ahead, to),
  };
}

/** Without paging, returns the newest 250. */
function pageOf(commits: readonly CommitState[], { size, number }: Page): readonly CommitState[] {
  if (size === null && number === 1) return commits.slice(-MOST_COMMITS);
  const length = Math.min(100, size ?? 30);
  return commits.slice((number - 1) * length, number * length);
}

/** Returns the files that the commits ahead change, each path once, in git's order. */
function showFiles({ api, state }: Place, ahead: readonly CommitState[], { sha: head }: CommitState) {
  const paths = [...new Set(ahead.flatMap(({ files = [] }) => files))].toSorted();
  const html = `https://github.com/${state.owner}/${state.name}`;
  return paths.slice(0, MOST_FILES).map((filename) => {
    const path = filename.split('/').map(encodeURIComponent).join('%2F');
    return {
      sha: stableSha(`blob ${filename} ${head}`),
      filename,
      status: 'modified',
      additions: 3,
      deletions: 1,
      changes: 4,
      blob_url: `${html}/blob/${head}/${path}`,
      raw_url: `${html}/raw/${head}/${path}`,
      contents_url: `${api}${repositoryPath(state)}/contents/${path}?ref=${head}`,
      patch: '@@ -1,3 +1,5 @@\n-old\n+new',
    };
  });
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
