/** People, teams, and the repository as GitHub shows them, mostly as URLs. */
import { stableNumber } from '../stable-id.ts';
import type { GitHubState } from './state.ts';

/** The simulator's URL, with which the links in a response begin, and the repository's state. */
export interface Place {
  readonly api: string;
  readonly state: GitHubState;
  readonly start: number;
}

export function isoAgo(start: number, age: number): string {
  return new Date(start - age * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

export function repositoryPath({ owner, name }: GitHubState): string {
  return `/repos/${owner}/${name}`;
}

const USER_LINKS = {
  events_url: '/events{/privacy}',
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  organizations_url: '/orgs',
  received_events_url: '/received_events',
  repos_url: '/repos',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
};

export function showUser(api: string, login: string) {
  const id = stableNumber(`user ${login.toLowerCase()}`);
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(Object.entries(USER_LINKS).map(([key, path]) => [key, url + path])),
    type: 'User',
    site_admin: false,
  };
}

export function showTeam(api: string, owner: string, slug: string) {
  const id = stableNumber(`team ${slug}`);
  const url = `${api}/organizations/1/team/${id}`;
  return {
    id,
    node_id: nodeId('T', id),
    name: slug,
    slug,
    description: '',
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    url,
    html_url: `https://github.com/orgs/${owner}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: 1,
    parent: null,
  };
}

/** `@release` is a team; anything else is a login. */
export function showReviewer({ api, state }: Place, reviewer: string) {
  return reviewer.startsWith('@')
    ? { type: 'Team', reviewer: showTeam(api, state.owner, reviewer.slice(1)) }
    : { type: 'User', reviewer: showUser(api, reviewer) };
}

const REPOSITORY_LINKS = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

/** A renamed repository keeps its number. */
export function repositoryId({
  owner,
  name,
  formerNames: [first = `${owner}/${name}`],
}: GitHubState): number {
  return stableNumber(`repository ${first}`);
}

/** Returns the short form that other responses contain. */
export function showRepositoryRef({ api, state }: Place) {
  const id = repositoryId(state);
  const url = api + repositoryPath(state);
  return {
    id,
    node_id: nodeId('R', id),
    name: state.name,
    full_name: `${state.owner}/${state.name}`,
    owner: { ...showUser(api, state.owner), type: 'Organization' },
    private: state.private,
    html_url: `https://github.com/${state.owner}/${state.name}`,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(REPOSITORY_LINKS).map(([key, path]) => [key, url + path])),
  };
}

export function showRepository(place: Place) {
  const { state, start } = place;
  const address = `github.com/${state.owner}/${state.name}.git`;
  return {
    ...showRepositoryRef(place),
    git_url: `git://${address}`,
    ssh_url: `git@github.com:${state.owner}/${state.name}.git`,
    clone_url: `https://${address}`,
    svn_url: `https://github.com/${state.owner}/${state.name}`,
    homepage: null,
    mirror_url: null,
    language: 'Python',
    license: null,
    size: 20_480,
    default_branch: state.defaultBranch,
    visibility: state.private ? 'private' : 'public',
    archived: false,
    disabled: false,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    subscribers_count: 3,
    network_count: 0,
    open_issues: 12,
    open_issues_count: 12,
    created_at: isoAgo(start, 60_000_000),
    updated_at: isoAgo(start, 3600),
    pushed_at: isoAgo(start, 3600),
  };
}
