/** Matches failure mode B by crashes: of the target's process type, of another one, and between two crashes. */
import type { Boot } from '../../logs/boot.ts';
import { currentCode, ROUTED_TYPE } from '../../logs/codes.ts';
import { causeOfCrashes } from '../../logs/crash-cause.ts';
import { type CrashLoop, crashLoops, otherCrashLoops } from '../../logs/crashes.ts';
import type { LogHistory } from '../../logs/history.ts';
import { CRASH_LOOP } from '../../logs/thresholds.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Dyno } from '../../model/heroku.ts';
import type { Match, RunbookContext } from '../../model/terms.ts';
import { formatDuration } from '../../text/time.ts';
import { codeMatch } from './codes.ts';
import { withCause } from './with-cause.ts';
import { FIX_CRASH, FIX_OF_CODE } from './words.ts';

/** Matches a process that ended by itself, as shown by the router's H10 or by Heroku's state changes alone. */
export function crash(
  history: LogHistory,
  crashed: readonly Dyno[],
  { formation }: Evidence,
  { target: { processType }, now }: RunbookContext,
): Match[] {
  const h10 = processType === ROUTED_TYPE ? currentCode(history, 'H10', ROUTED_TYPE) : undefined;
  const isDown = crashed.length > 0;
  const ofRelease = history.crashes.filter(({ isOfRelease }) => isOfRelease);
  const isLoop = ofRelease.length >= CRASH_LOOP && ofRelease.some(({ isNow }) => isNow);
  if (!h10 && !isDown && !isLoop) return [];
  const boots = crashedBoots(history, crashed);
  const boot = boots.at(-1);
  const lines = [...crashed.map((one) => dynoLine(one, now)), ...countWords(ofRelease.length)];
  const match: Match = h10
    ? codeMatch(h10, processType, isDown || isLoop ? 'likely' : 'possible', lines)
    : {
        code: null,
        confidence: isLoop || (isDown && ofRelease.length >= CRASH_LOOP) ? 'likely' : 'possible',
        processType,
        evidence: lines,
        missing: [],
        words: FIX_CRASH,
      };
  const cause = causeOfCrashes(boots, commandOf(processType, formation));
  return [withCause({ ...match, ...whereIn(boot) }, cause, boot)];
}

/** Matches a crash of another process type. Visitors do not notice it, but its work is not done. */
export function crashOfOthers(
  history: LogHistory,
  { dynos, formation }: Evidence,
  context: RunbookContext,
): Match[] {
  const loops = dynos.ok ? otherCrashLoops(history, dynos.value, context) : [];
  const ofRelease = history.otherCrashes.filter(({ isOfRelease }) => isOfRelease);
  return [...Map.groupBy(ofRelease, ({ boot }) => boot.type)].flatMap(([type, crashes]): Match[] => {
    const down = crashes.filter(({ isNow }) => isNow);
    const own = loops.filter(({ last }) => last.boot.type === type);
    // Heroku killed the dyno over its memory, which the match of the code already covers.
    const isCovered = ['R14', 'R15'].some((code) => currentCode(history, code, type));
    if (isCovered || (down.length === 0 && own.length === 0)) return [];
    const boots = crashes.map(({ boot }) => boot);
    const names = [...new Set(down.map(({ boot }) => boot.dyno))];
    const match: Match = {
      code: null,
      confidence: down.length > 0 && crashes.length >= CRASH_LOOP ? 'likely' : 'possible',
      processType: type,
      evidence: [
        ...names.map((dyno) => `${dyno} crashed, not up since`),
        ...(own.length > 0 ? own.map((loop) => loopLine(loop, null)) : countWords(crashes.length)),
      ],
      missing: [],
      words: { title: `Dyno crash loop of ${type}`, ...FIX_CRASH },
    };
    return [withCause(match, causeOfCrashes(boots, commandOf(type, formation)), boots.at(-1))];
  });
}

/** Matches a dyno that is up now, but in a loop: what ended it the last time will end it again. */
export function betweenCrashes(
  history: LogHistory,
  { dynos, formation }: Evidence,
  context: RunbookContext,
): Match[] {
  const { processType } = context.target;
  const [loop] = dynos.ok ? crashLoops(history, dynos.value, context) : [];
  if (!loop) return [];
  const { boot } = loop.last;
  const code = boot.end?.killedBy ?? null;
  const match: Match = {
    code,
    confidence: 'possible',
    processType,
    evidence: [loopLine(loop, code)],
    missing: [],
    words: code === null ? FIX_CRASH : (FIX_OF_CODE[code] ?? {}),
  };
  if (code !== null) return [match];
  return [withCause(match, causeOfCrashes([boot], commandOf(processType, formation)), boot)];
}

function commandOf(processType: string, formation: Evidence['formation']): string | null {
  const entry = formation.ok ? formation.value.find(({ type }) => type === processType) : undefined;
  return entry?.command ?? null;
}

/** Only a boot whose start is in the log shows that it never came up. */
function whereIn(boot: Boot | undefined): Pick<Match, 'atBoot'> {
  return boot && boot.startedAt !== null && boot.upAt === null ? { atBoot: true } : {};
}

/**
 * Returns the boots that crashed in this release, oldest first. If the log shows no such end, returns the newest boot
 * of each crashed dyno.
 */
function crashedBoots({ crashes, boots }: LogHistory, crashed: readonly Dyno[]): readonly Boot[] {
  const ended = crashes.filter(({ isOfRelease }) => isOfRelease).map(({ boot }) => boot);
  if (crashes.some(({ isNow }) => isNow)) return ended;
  const running = boots.findLast(({ dyno }) => crashed.some(({ name }) => name === dyno));
  return running ? [running] : [];
}

function loopLine({ dyno, crashes, state, forMs }: CrashLoop, code: string | null): string {
  const by = code === null ? '' : `, the last by ${code}`;
  return `${dyno}: ${crashes} crashes since the release${by}; ${state} for ${formatDuration(forMs)}`;
}

function countWords(crashes: number): string[] {
  return crashes === 0 ? [] : [`${crashes} ${crashes === 1 ? 'crash' : 'crashes'} since the release`];
}

export function dynoLine({ name, state, updatedAt }: Dyno, now: number): string {
  return `${name}: ${state} (${formatDuration(now - updatedAt)})`;
}
