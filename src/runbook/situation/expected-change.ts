/** Detects an intended change that is in progress. During it, an app that does not respond is booting, not down. */

import { actionSpec } from '../actions/kinds/index.ts';
import { releaseKind } from '../heroku/release-kind.ts';
import type { Action } from '../model/action.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Dyno, Release } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { BOOT_WITHIN_MS } from '../model/recovery.ts';
import type { ExpectedChange, ExpectedChangeKind } from '../model/situation.ts';
import type { ActionKind, RunbookContext } from '../model/terms.ts';
import { madeBy } from './outside-change.ts';

export interface ChangeInput {
  readonly evidence: Pick<Evidence, 'dynos' | 'releases'>;
  readonly context: RunbookContext;
  /** The target's actions, newest first. */
  readonly actions: readonly Action[];
  /** True if the app was failing before. A boot after a crash explains nothing. */
  readonly wasFailing: boolean;
  /** The time of the last crash that Heroku reported; null if there was none. */
  readonly crashedAt: Instant | null;
}

/** Returns null if no change is in progress, or Heroku reports that a dyno crashed. */
export function expectedChange(input: ChangeInput): ExpectedChange | null {
  const { evidence, context, crashedAt } = input;
  const own = dynosOf(evidence, context);
  if (own?.some(({ state }) => state === 'crashed')) return null;
  const change = ourAction(input, own) ?? newRelease(input, own) ?? bareBoot(input, own);
  if (change === null || (crashedAt !== null && crashedAt >= change.since)) return null;
  return change;
}

function dynosOf({ dynos }: ChangeInput['evidence'], { target }: RunbookContext): readonly Dyno[] | null {
  return dynos.ok ? dynos.value.filter(({ type }) => type === target.processType) : null;
}

/**
 * The kinds that boot dynos within a known time. A deploy's run may take an hour, so its time starts at its release.
 */
const BOOTS: Readonly<Partial<Record<ActionKind, ExpectedChangeKind>>> = {
  restart: 'restart',
  rollback: 'rollback',
  restore: 'restore',
  resize: 'resize',
  boot_timeout: 'config',
};

/** Finds one of our actions that was sent and is not verified yet. */
function ourAction(
  { actions, context: { now } }: ChangeInput,
  own: readonly Dyno[] | null,
): ExpectedChange | null {
  for (const action of actions) {
    const kind = BOOTS[action.kind];
    const { sentAt, state } = action;
    if (kind === undefined || sentAt === null || state !== 'executing') continue;
    const until = sentAt + actionSpec(action.kind).withinMs;
    if (now < until)
      return {
        kind,
        who: whoDecided(action),
        since: sentAt,
        until,
        release: null,
        actionId: action.id,
        booting: namesOf(own),
      };
  }
  return null;
}

/** A release restarts every dyno. It is in progress until each dyno runs it, or its time is up. */
function newRelease(
  { evidence: { releases }, context: { now }, actions }: ChangeInput,
  own: readonly Dyno[] | null,
): ExpectedChange | null {
  const current = releases.ok ? releases.value.find((one) => one.current) : undefined;
  if (!current || now - current.createdAt > BOOT_WITHIN_MS) return null;
  const { version, createdAt, actor } = current;
  const isRunning = ({ state, releaseVersion, updatedAt }: Dyno) =>
    state === 'up' && (releaseVersion === null ? updatedAt >= createdAt : releaseVersion >= version);
  if (own && own.length > 0 && own.every(isRunning)) return null;
  const ours = actions.find((action) => madeBy(action, current));
  return {
    kind: kindOf(current),
    who: ours ? whoDecided(ours) : actor,
    since: createdAt,
    until: createdAt + BOOT_WITHIN_MS,
    release: version,
    actionId: ours?.id ?? null,
    booting: namesOf(own),
  };
}

function kindOf(release: Release): ExpectedChangeKind {
  const kind = releaseKind(release);
  return kind === 'rollback' || kind === 'deploy' ? kind : 'config';
}

/** Finds a restart from outside the bot, or Heroku's daily one. A restart after a crash is not an intended change. */
function bareBoot(
  { context: { now }, actions, wasFailing, evidence }: ChangeInput,
  own: readonly Dyno[] | null,
): ExpectedChange | null {
  const starting = (own ?? []).filter(({ state }) => state === 'starting');
  if (starting.length === 0) return null;
  const since = Math.min(...starting.map(({ updatedAt }) => updatedAt));
  if (now - since > BOOT_WITHIN_MS) return null;
  // One of our deploys checks for its release once its run has ended, so a dyno that is slow to start still belongs to
  // the deploy.
  const deploy = actions.find(
    ({ kind, state, progress }) =>
      kind === 'deploy' && state === 'executing' && progress.runEndedAt !== undefined,
  );
  if (wasFailing && !deploy) return null;
  const current = evidence.releases.ok ? evidence.releases.value.find((one) => one.current) : undefined;
  return {
    kind: deploy ? 'deploy' : 'restart',
    who: deploy ? whoDecided(deploy) : null,
    since,
    until: since + BOOT_WITHIN_MS,
    release: deploy ? (current?.version ?? null) : null,
    actionId: deploy?.id ?? null,
    booting: starting.map(({ name }) => name),
  };
}

function namesOf(own: readonly Dyno[] | null): readonly string[] {
  return (own ?? []).filter(({ state }) => state === 'starting').map(({ name }) => name);
}

function whoDecided({ approvals, askedBy }: Action): string {
  return approvals.at(-1)?.person ?? askedBy;
}

const DOING: Readonly<Record<ExpectedChangeKind, string>> = {
  deploy: 'being deployed',
  rollback: 'being rolled back',
  config: 'restarting with new config vars',
  restart: 'restarting',
  restore: 'being restored',
  resize: 'being resized',
};

/** Example: `being deployed (v43): web.1 starting`. The text follows the app's name and `is`. */
export function changeWords({ kind, release, booting }: ExpectedChange): string {
  const version = release === null ? '' : ` (v${release})`;
  const dynos = booting.length === 0 ? '' : `: ${booting.join(', ')} starting`;
  return `${DOING[kind]}${version}${dynos}`;
}
