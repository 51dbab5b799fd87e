/** Worlds in which something changed before a failure: raxx-api-prod crashes at boot, with the evidence of it. */

import { changesAround, type Diffs } from '../../src/runbook/changes/judge.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { Change, ChangeReport } from '../../src/runbook/model/change.ts';
import { NOT_WATCHED, type WatchedBracket } from '../../src/runbook/model/change.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import type { Diff } from '../../src/runbook/model/github.ts';
import type { Release } from '../../src/runbook/model/heroku.ts';
import type { Instant } from '../../src/runbook/model/instant.ts';
import type { Observed } from '../../src/runbook/model/observed.ts';
import { contextOf, dyno, evidence, http, logWindow, look, NOW, release, seen, unseen } from './evidence.ts';

export interface ChangedWorld {
  /** Releases, the newest first; the newest that succeeded is the current one. */
  readonly releases?: readonly Release[];
  /** Lines before the crash. */
  readonly log?: readonly string[];
  /** What the app printed when it crashed, 120 s ago; null when it printed nothing. */
  readonly traceback?: readonly string[] | null;
  readonly more?: Partial<Evidence>;
  readonly watched?: WatchedBracket;
  readonly actions?: readonly Action[];
  /** The files of each version's diff, or why it could not be read. */
  readonly diffs?: Readonly<Record<number, readonly string[] | Observed<Diff>>>;
}

/** When the app was first seen to fail, unless a world says otherwise. */
export const BROKE: Instant = NOW - 120_000;

export const KEY_ERROR = [
  'Traceback (most recent call last):',
  '  File "/app/raptor/settings.py", line 41, in <module>',
  "    BROKER_API_KEY = os.environ['BROKER_API_KEY']",
  "KeyError: 'BROKER_API_KEY'",
];

export const IN_DB = [
  'Traceback (most recent call last):',
  '  File "/app/.heroku/python/lib/python3.12/site-packages/gunicorn/arbiter.py", line 609, in spawn_worker',
  '    worker.init_process()',
  '  File "/app/app/db.py", line 7, in <module>',
  '    raise ValueError("no pool")',
  'ValueError: no pool',
];

export const MODULE_MISSING = [
  'Traceback (most recent call last):',
  '  File "/app/app/quotes.py", line 3, in <module>',
  '    import httpx_cache',
  "ModuleNotFoundError: No module named 'httpx_cache'",
];

export function ago(seconds: number): Instant {
  return NOW - seconds * 1_000;
}

/** Deployed so many seconds ago. */
export function deployed(version: number, seconds: number, more: Partial<Release> = {}): Release {
  return release(version, { createdAt: ago(seconds), ...more });
}

export function crashLog(traceback: readonly string[] | null = IN_DB, before: readonly string[] = []) {
  return logWindow(
    ...before,
    '-130 heroku[web.1]: State changed from up to starting',
    ...(traceback ?? []).map((text) => `-120 app[web.1]: ${text}`),
    '-119 heroku[web.1]: Process exited with status 3',
    '-119 heroku[web.1]: State changed from starting to crashed',
    '-60 heroku[web.1]: State changed from crashed to starting',
    ...(traceback ?? []).map((text) => `-55 app[web.1]: ${text}`),
    '-54 heroku[web.1]: Process exited with status 3',
    '-54 heroku[web.1]: State changed from starting to crashed',
  );
}

export function changedEvidence({ releases, log = [], traceback, more = {} }: ChangedWorld): Evidence {
  const listed = releases ?? [deployed(42, 180), deployed(41, 30 * 3_600)];
  const current = listed.find(({ status }) => status === 'succeeded');
  return evidence({
    dynos: seen([dyno('crashed', 54_000)]),
    health: http(503),
    logs: seen(crashLog(traceback, log)),
    releases: seen(listed.map((one) => ({ ...one, current: one === current }))),
    ...more,
  });
}

export function changesIn(world: ChangedWorld = {}): ChangeReport {
  const { watched = NOT_WATCHED, actions = [], diffs = {} } = world;
  const all = changedEvidence(world);
  const { verdict, findings, modes } = look(all);
  const read: Diffs = new Map(
    Object.entries(diffs).map(([version, one]) => [Number(version), observed(one)]),
  );
  const context = contextOf();
  return changesAround({ evidence: all, context, verdict, findings, modes, watched, actions, diffs: read });
}

function observed(diff: readonly string[] | Observed<Diff>): Observed<Diff> {
  if ('ok' in diff) return diff;
  return seen({ files: diff.map((path) => ({ path, before: null })), isWhole: true });
}

/** A diff that GitHub truncated. */
export function cutDiff(...paths: readonly string[]): Observed<Diff> {
  return seen({ files: paths.map((path) => ({ path, before: null })), isWhole: false });
}

export function unreadDiff(detail: string): Observed<Diff> {
  return unseen('not_found', detail);
}

/** `suspect v42 Deploy 4f070742: app/db.py is in the traceback`, newest first. */
/** The deploy that is the suspect. */
export const SUSPECT: Change = {
  at: BROKE,
  kind: 'deploy',
  what: 'v42 Deploy 4f070742',
  who: null,
  isOurs: false,
  via: null,
  version: 42,
  about: null,
  verdict: 'suspect',
  because: 'app/db.py is in the traceback',
};

export function said({ list }: ChangeReport): string[] {
  return list.map(({ verdict, what, because }) => `${verdict} ${what}: ${because}`);
}

export function verdictOf(report: ChangeReport, what: string): Change['verdict'] | undefined {
  return report.list.find((one) => one.what.includes(what))?.verdict;
}
