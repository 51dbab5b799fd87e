/** The events that a Heroku webhook reports: one for each difference between two states of an app. */
import { randomUUID } from 'node:crypto';
import { type Setting, showDyno, showFormation, showRelease } from './shapes.ts';
import type { AppState, DynoState } from './state.ts';

export interface HerokuEvent {
  /** `dyno`, `api:release`, … */
  readonly include: string;
  readonly action: 'create' | 'update' | 'destroy';
  readonly data: object;
  readonly previous: object;
}

const ENDED = new Set(['crashed', 'down']);

export function herokuEvents(before: AppState, setting: Setting): HerokuEvent[] {
  return [
    ...dynoEvents(before, setting),
    ...formationEvents(before, setting),
    ...releaseEvents(before, setting),
  ];
}

function dynoEvents(before: AppState, setting: Setting): HerokuEvent[] {
  const tell = (dyno: DynoState, previous: object): HerokuEvent => ({
    include: 'dyno',
    action: ENDED.has(dyno.state) ? 'destroy' : 'update',
    data: { ...showDyno(setting, dyno), management: `formation:${dyno.type}`, exit_status: null },
    previous,
  });
  const changed = setting.app.dynos.flatMap((dyno) => {
    const last = before.dynos.find(({ name }) => name === dyno.name);
    if (last && last.state === dyno.state && last.age === dyno.age) return [];
    return [tell(dyno, last ? { state: last.state } : {})];
  });
  const gone = before.dynos
    .filter((dyno) => !setting.app.dynos.some(({ name }) => name === dyno.name))
    .map((dyno) => tell({ ...dyno, state: 'down' }, { state: dyno.state }));
  return [...changed, ...gone];
}

function formationEvents(before: AppState, setting: Setting): HerokuEvent[] {
  return setting.app.formation.flatMap((entry): HerokuEvent[] => {
    const last = before.formation.find(({ type }) => type === entry.type);
    if (last && last.quantity === entry.quantity && last.size === entry.size) return [];
    const previous = last ? { quantity: last.quantity, size: last.size } : {};
    return [{ include: 'api:formation', action: 'update', data: showFormation(setting, entry), previous }];
  });
}

function releaseEvents(before: AppState, setting: Setting): HerokuEvent[] {
  return setting.app.releases.flatMap((release): HerokuEvent[] => {
    const last = before.releases.find(({ version }) => version === release.version);
    if (last && last.status === release.status) return [];
    const action = last ? 'update' : 'create';
    const previous = last ? { status: last.status } : {};
    return [{ include: 'api:release', action, data: showRelease(setting, release), previous }];
  });
}

/** Returns the body of the event's delivery. */
export function herokuBody({ include, action, data, previous }: HerokuEvent, now: number): object {
  const id = randomUUID();
  const at = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    id,
    action,
    resource: include.replace('api:', ''),
    actor: { id: null, email: null },
    data,
    previous_data: previous,
    published_at: null,
    sequence: null,
    created_at: at,
    updated_at: at,
    version: 'application/vnd.heroku+json; version=3',
    webhook_metadata: {
      attempt: { id: randomUUID() },
      delivery: { id: randomUUID() },
      event: { id, include },
      webhook: { id: randomUUID() },
    },
  };
}
