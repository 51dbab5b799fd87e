/** Step 1: the process type's dynos are up, and since when. */
import { formatDuration } from '../age.ts';
import { defineCheck, type Status } from '../diagnosis.ts';
import { countDynos } from '../dyno-count.ts';
import type { Dyno, Instant } from '../evidence.ts';

/** Heroku kills a web dyno that has not bound its port after 60 s; the start before that takes some seconds of its own. */
const BOOT_LIMIT_MS = 90_000;

export const formationCheck = defineCheck({
  id: 'formation',
  step: 1,
  title: 'Dyno formation',
  byHand: { command: 'heroku ps --app <app>', expect: '<process_type>.1: up (HH:MM:SS)' },
  needs: ['dynos', 'formation'],
  judge({ dynos, formation }, { target, now }) {
    const { wanted, dynos: own } = countDynos(dynos, formation, target.processType);
    const others = otherTypes(dynos, target.processType);
    if (own.length === 0) {
      const known = formation.some(({ type }) => type === target.processType);
      const zero = known
        ? `${target.processType} is at quantity 0`
        : `its formation has no ${target.processType}`;
      const reason = wanted === 0 ? zero : `${wanted} wanted, none is there`;
      return { status: 'fail', summary: `No dynos on ${target.app} (${reason})`, details: others };
    }
    const judged = own.map((dyno) => ({ status: judgeDyno(dyno, now), words: dynoWords(dyno, now) }));
    const summary = judged.map(({ words }) => words).join(', ');
    const statuses = judged.map(({ status }) => status);
    if (own.length < wanted) {
      return { status: 'fail', summary: `${own.length} of ${wanted} dynos: ${summary}`, details: others };
    }
    if (own.length > wanted) statuses.push('warn');
    const more = own.length > wanted ? ` (${wanted} wanted)` : '';
    return { status: worst(statuses), summary: summary + more, details: others };
  },
});

function judgeDyno({ state, updatedAt }: Dyno, now: Instant): Status {
  switch (state) {
    case 'up':
      return 'pass';
    case 'idle':
      return 'warn';
    case 'starting':
      return now - updatedAt <= BOOT_LIMIT_MS ? 'warn' : 'fail';
    case 'crashed':
    case 'down':
      return 'fail';
    default:
      // A word that Heroku added later is not success.
      return 'warn';
  }
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

/** Other process types and one-off dynos are shown, never judged. */
function otherTypes(dynos: readonly Dyno[], processType: string): string[] {
  return dynos
    .filter(({ type }) => type !== processType)
    .map(({ name, state }) => `also there: ${name}: ${state}`);
}
