/** Step 1: judges whether the process type's dynos are up, since when, and on which release. */

import { countDynos } from '../heroku/dyno-count.ts';
import { crashLoops } from '../logs/crashes.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { defineCheck } from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Dyno, FormationEntry, Release } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import type { Observed } from '../model/observed.ts';
import { BOOT_WITHIN_MS } from '../model/recovery.ts';
import type { Judgement, RunbookContext, Status } from '../model/terms.ts';
import { formatAgo, formatDuration } from '../text/time.ts';

/**
 * With preboot, the previous release's dynos keep serving for three minutes, and the new ones take a minute to boot.
 */
const HANDOVER_MS = 5 * 60_000;

export const formationCheck = defineCheck({
  id: 'formation',
  step: 1,
  title: 'Dyno formation',
  byHand: { command: 'heroku ps --app <app>', expect: '<process_type>.1: up (HH:MM:SS)' },
  needs: ['dynos', 'formation'],
  wants: ['slug', 'releases', 'logs'],
  judge({ dynos, formation, slug, releases, logs }, context) {
    const { target, now } = context;
    const { wanted, dynos: own } = countDynos(dynos, formation, target.processType);
    const details = otherTypes(dynos, target.processType);
    if (own.length === 0) {
      const seen = { dynos: seenNow(dynos, now), formation: seenNow(formation, now), releases, logs };
      const { reason, by } =
        wanted === 0
          ? absence(formation, slug, historyOf(seen, context), context)
          : { reason: `${wanted} wanted, none running`, by: null };
      const summary = `No dynos on ${target.app}: ${reason}`;
      return { status: 'fail', summary, fault: 'no_dynos', about: by, details };
    }
    const seen = { dynos: seenNow(dynos, now), formation: seenNow(formation, now), releases, logs };
    const signs = [...loops(seen, context), ...onOlderRelease(own, releases, now)];
    const status = worst([...own.map((dyno) => judgeDyno(dyno, now)), ...signs.map((sign) => sign.status)]);
    const list = own.map((dyno) => dynoWords(dyno, now)).join(', ');
    const summary = [list, ...signs.map((sign) => sign.summary)].join('; ');
    const bad = own.find((dyno) => judgeDyno(dyno, now) === 'fail');
    const fault = bad?.state ?? (own.length < wanted ? 'too_few_dynos' : null);
    if (own.length < wanted) {
      return { status: 'fail', summary: `${own.length} of ${wanted} dynos: ${summary}`, fault, details };
    }
    if (own.length > wanted) {
      return {
        status: worst([status, 'warn']),
        summary: `${summary} (${wanted} wanted)`,
        fault,
        details,
      };
    }
    return { status, summary, fault, details };
  },
});

function seenNow<T>(value: T, at: Instant): { readonly ok: true; readonly value: T; readonly at: Instant } {
  return { ok: true, value, at };
}

interface Absence {
  readonly reason: string;
  /** Who scaled the type to 0, in Heroku's words; null if the log does not show it. */
  readonly by: string | null;
}

/** Explains why there is no dyno: the type is scaled to 0, or the deployed code does not declare it. */
function absence(
  formation: readonly FormationEntry[],
  slug: Evidence['slug'],
  history: Observed<LogHistory>,
  context: RunbookContext,
): Absence {
  const { processType } = context.target;
  return formation.some(({ type }) => type === processType)
    ? (scaledBy(history, context) ?? { reason: `${processType} is scaled to 0`, by: null })
    : { reason: undeclared(formation, slug, processType), by: null };
}

function undeclared(
  formation: readonly FormationEntry[],
  slug: Evidence['slug'],
  processType: string,
): string {
  const declared = slug.ok && slug.value !== null ? Object.keys(slug.value.processTypes) : [];
  const types = declared.length > 0 ? declared : formation.map(({ type }) => type);
  if (types.length === 0) return `the formation has no ${processType} process`;
  const twin = types.find((type) => type.toLowerCase() === processType.toLowerCase());
  const typo =
    twin === undefined || twin === processType
      ? ''
      : ` (process types are case-sensitive: ${twin} is not ${processType})`;
  return `the formation has no ${processType} process; the Procfile of this release declares ${types.join(', ')}${typo}`;
}

/** Example: `Scaled to web@0:Basic worker@1:Basic by user ops@raxx.app`. One line holds all types of a call. */
const SCALED = /^Scaled to (.+) by user (\S+)$/;

/** Example: `ops@raxx.app scaled web to 0, 5 min ago`. Returns null if the log does not show who did. */
function scaledBy(history: Observed<LogHistory>, { target, now }: RunbookContext): Absence | null {
  if (!history.ok) return null;
  const last = history.value.apiLines.findLast(({ text }) => {
    const [, types = ''] = SCALED.exec(text) ?? [];
    return types.split(' ').some((one) => one.startsWith(`${target.processType}@`));
  });
  const [, types = '', who = ''] = SCALED.exec(last?.text ?? '') ?? [];
  const isZero = types
    .split(' ')
    .some((one) => /@0(:|$)/.test(one) && one.startsWith(`${target.processType}@`));
  return isZero && last?.at != null
    ? { reason: `${who} scaled ${target.processType} to 0, ${formatAgo(last.at, now)}`, by: who }
    : null;
}

function judgeDyno({ state, updatedAt }: Dyno, now: Instant): Status {
  switch (state) {
    case 'up':
      return 'pass';
    case 'idle':
      return 'warn';
    case 'starting':
      return now - updatedAt <= BOOT_WITHIN_MS ? 'warn' : 'fail';
    case 'crashed':
    case 'down':
      return 'fail';
    default:
      // A state that Heroku may add later does not count as success.
      return 'warn';
  }
}

/** Describes dynos that are up at the moment, but in a crash loop. */
function loops(
  seen: Pick<Evidence, 'dynos' | 'formation' | 'releases' | 'logs'>,
  context: RunbookContext,
): Required<Pick<Judgement, 'status' | 'summary'>>[] {
  const history = historyOf(seen, context);
  if (!history.ok || !seen.dynos.ok) return [];
  return crashLoops(history.value, seen.dynos.value, context).map(({ dyno, crashes, state, forMs }) => ({
    status: 'warn',
    summary: `${dyno} is in a crash loop: ${crashes} crashes since the release, ${state} for ${formatDuration(forMs)}`,
  }));
}

/** A dyno that a release did not replace still runs the old code and the old config vars. */
function onOlderRelease(
  own: readonly Dyno[],
  releases: Evidence['releases'],
  now: Instant,
): { status: Status; summary: string }[] {
  const current: Release | undefined = releases.ok ? releases.value.find((one) => one.current) : undefined;
  if (!current || now - current.createdAt <= HANDOVER_MS) return [];
  return own
    .filter(({ releaseVersion }) => releaseVersion !== null && releaseVersion < current.version)
    .map(({ name, releaseVersion }) => ({
      status: 'warn',
      summary: `${name} is still running v${releaseVersion}, not v${current.version}`,
    }));
}

function dynoWords({ name, state, updatedAt }: Dyno, now: Instant): string {
  const since = formatDuration(now - updatedAt);
  return state === 'idle'
    ? `${name}: idle, asleep until a request wakes it (${since})`
    : `${name}: ${state} (${since})`;
}

function worst(statuses: readonly Status[]): Status {
  if (statuses.includes('fail')) return 'fail';
  return statuses.includes('warn') ? 'warn' : 'pass';
}

/** Other process types and one-off dynos are shown, but never judged. */
function otherTypes(dynos: readonly Dyno[], processType: string): string[] {
  return dynos
    .filter(({ type }) => type !== processType)
    .map(({ name, state }) => `other dyno: ${name}: ${state}`);
}
