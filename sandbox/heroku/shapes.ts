/** The state as the Platform API shows it (v3 schema). */
import { stableUuid } from '../stable-id.ts';
import type { AppState, DynoState, FormationState, ReleaseState } from './state.ts';

export interface Setting {
  readonly name: string;
  readonly app: AppState;
  /** Milliseconds since 1970. Ages count back from here. */
  readonly start: number;
}

const OWNER = { id: stableUuid('owner'), email: 'ops@raxx.app' };
const CREATED_AGO = 40_000_000;

export function isoAgo(start: number, age: number): string {
  return new Date(start - age * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function currentRelease({ releases }: AppState): ReleaseState | undefined {
  return releases.findLast(({ status }) => status === 'succeeded');
}

export function appRef({ name }: Setting) {
  return { id: stableUuid(`app ${name}`), name };
}

export function showApp(setting: Setting) {
  const { app, name, start } = setting;
  const current = currentRelease(app);
  const stack = { id: stableUuid(`stack ${app.stack}`), name: app.stack };
  return {
    acm: true,
    archived_at: null,
    build_stack: stack,
    buildpack_provided_description: current?.slug == null ? null : 'Python',
    created_at: isoAgo(start, CREATED_AGO),
    generation: { id: stableUuid('generation'), name: 'cedar' },
    git_url: `https://git.heroku.com/${name}.git`,
    id: appRef(setting).id,
    internal_routing: null,
    maintenance: app.maintenance,
    name,
    organization: null,
    owner: OWNER,
    region: { id: stableUuid(`region ${app.region}`), name: app.region },
    released_at: current ? isoAgo(start, current.age) : null,
    repo_size: null,
    slug_size: current?.slug == null ? null : 41_943_040,
    space: null,
    stack,
    team: null,
    updated_at: isoAgo(start, current?.age ?? CREATED_AGO),
    web_url: `https://${name}.herokuapp.com/`,
  };
}

export function showDyno(setting: Setting, dyno: DynoState) {
  const { app, name, start } = setting;
  const release = currentRelease(app);
  return {
    app: appRef(setting),
    attach_url: null,
    command: dyno.command,
    created_at: isoAgo(start, dyno.age + 5),
    id: stableUuid(`dyno ${name} ${dyno.name} ${dyno.age}`),
    name: dyno.name,
    release: {
      id: stableUuid(`release ${name} ${release?.version ?? 0}`),
      version: release?.version ?? 0,
    },
    size: dyno.size,
    state: dyno.state,
    type: dyno.type,
    updated_at: isoAgo(start, dyno.age),
  };
}

export function showFormation(setting: Setting, entry: FormationState) {
  const { name, start } = setting;
  return {
    app: appRef(setting),
    command: entry.command,
    created_at: isoAgo(start, CREATED_AGO),
    dyno_size: { id: stableUuid(`size ${entry.size}`), name: entry.size },
    id: stableUuid(`formation ${name} ${entry.type}`),
    quantity: entry.quantity,
    size: entry.size,
    type: entry.type,
    updated_at: isoAgo(start, 0),
  };
}

/**
 * Releases that are older than 30 days and not among the newest 20 have lost their slug,
 * so a rollback to them is impossible.
 */
const KEPT_DAYS = 30;
const KEPT_NEWEST = 20;

export function showRelease(setting: Setting, release: ReleaseState) {
  const { app, name, start } = setting;
  const newest = app.releases.at(-1)?.version ?? 0;
  const expired = release.age > KEPT_DAYS * 86_400 && release.version <= newest - KEPT_NEWEST;
  const status = expired && release.status === 'succeeded' ? 'expired' : release.status;
  const current = currentRelease(app)?.version === release.version;
  const slug = release.slug === null ? null : { id: slugId(name, release.slug) };
  return {
    addon_plan_names: ['heroku-postgresql:essential-0'],
    app: appRef(setting),
    artifacts: slug ? [{ type: 'slug', id: slug.id }] : [],
    created_at: isoAgo(start, release.age),
    current,
    description: release.description,
    eligible_for_rollback: slug !== null && status === 'succeeded',
    id: stableUuid(`release ${name} ${release.version}`),
    output_stream_url: null,
    slug,
    status,
    updated_at: isoAgo(start, release.age),
    user: { id: stableUuid(`user ${release.actor}`), email: release.actor },
    version: release.version,
  };
}

export function slugId(name: string, slug: string): string {
  return stableUuid(`slug ${name} ${slug}`);
}

export function showSlug({ app, name, start }: Setting, release: ReleaseState) {
  return {
    blob: { method: 'get', url: 'https://s3-external-1.amazonaws.com/slugs/x?Signature=not-real' },
    buildpack_provided_description: 'Python',
    checksum: null,
    commit: release.commit ?? null,
    commit_description: null,
    created_at: isoAgo(start, release.age + 20),
    deleted_at: null,
    id: slugId(name, release.slug ?? ''),
    process_types: Object.fromEntries(app.formation.map(({ type, command }) => [type, command])),
    size: 41_943_040,
    stack: { id: stableUuid(`stack ${app.stack}`), name: app.stack },
    updated_at: isoAgo(start, release.age + 20),
  };
}

export function showAccount() {
  return {
    allow_tracking: true,
    beta: false,
    created_at: '2020-01-01T00:00:00Z',
    email: OWNER.email,
    federated: false,
    id: OWNER.id,
    identity_provider: null,
    last_login: null,
    name: 'Ops',
    sms_number: null,
    suspended_at: null,
    delinquent_at: null,
    two_factor_authentication: true,
    updated_at: '2020-01-01T00:00:00Z',
    verified: true,
    country_of_residence: null,
    default_organization: null,
    default_team: null,
    acknowledged_msa: false,
    acknowledged_msa_at: null,
    italian_customer_terms: null,
    italian_partner_terms: null,
  };
}
