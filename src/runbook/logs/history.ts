/**
 * The log as a history: the lives of the dynos, the traffic, and Heroku's codes, each told apart into what may still be
 * going on and what is over. Everything that judges the log asks this one model.
 */

import type { Dyno, Evidence, Instant, LogLine, LogWindow, Observed } from '../model/evidence.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { Context } from '../model/terms.ts';
import { type Boot, readBoots } from './boots.ts';
import { type CodeCount, type CodeLine, codeOf, countCodes, ROUTED_TYPE } from './codes.ts';
import { isOneOff, processTypeOf } from './process-name.ts';
import type { RouterLine } from './router-line.ts';
import { CRASH_LOOP, RECENT_MS, TOGETHER_MS } from './thresholds.ts';
import { readTraffic, type Traffic } from './traffic.ts';

export interface LogHistory {
  /** How many lines the log has. */
  readonly lines: number;
  /** The oldest that bears a time; null: none does. */
  readonly from: Instant | null;
  /** As many lines came as were asked for: older ones were cut off. */
  readonly isFull: boolean;
  /** Of every process type, one-offs included; each dyno's in the order in which they began. */
  readonly boots: readonly Boot[];
  /** Crashes of the target's process type, oldest first. */
  readonly crashes: readonly Crash[];
  /** Crashes of other process types, oldest first. One-off dynos are left out: they end, one way or the other. */
  readonly otherCrashes: readonly Crash[];
  readonly traffic: Traffic;
  /** Most frequent first. One-off dynos are left out. */
  readonly codes: readonly CodeCount[];
  /** What the dynos of each process type printed of their memory beside R14 and R15, where that speaks of now. */
  readonly memory: readonly MemoryFigure[];
  /** What the app wrote on the target's process type, oldest first. */
  readonly appLines: readonly LogLine[];
  /** What Heroku's API did for somebody, oldest first: `Scaled to web@0:Basic by user ops@raxx.app`. */
  readonly apiLines: readonly LogLine[];
}

/** A life that ended by itself or was killed. */
export interface Crash {
  readonly boot: Boot;
  readonly at: Instant;
  readonly exitStatus: number | null;
  /** In the current release. */
  readonly isOfRelease: boolean;
  /** The dyno has not come up since. */
  readonly isNow: boolean;
}

export interface MemoryFigure {
  readonly dyno: string;
  readonly type: string;
  readonly mb: number;
  /** As Heroku writes it: `108.6`. */
  readonly percent: string;
}

type HistorySources = Pick<Evidence, 'logs' | 'dynos' | 'formation' | 'releases'>;

/** The history of the log of `sources`, as of `context.now`; unseen: the log was not read. */
export function historyOf(sources: HistorySources, context: Context): Observed<LogHistory> {
  const { logs } = sources;
  return logs.ok ? { ok: true, value: remembered(logs.value, sources, context), at: logs.at } : logs;
}

/** One diagnosis asks several times for the same history: the last one is kept, by the identity of what it was read from. */
let last: { readonly of: readonly unknown[]; readonly history: LogHistory } | null = null;

function remembered(log: LogWindow, sources: HistorySources, context: Context): LogHistory {
  const { dynos, formation, releases } = sources;
  const seen = [dynos, formation, releases].map((one) => (one.ok ? one.value : one));
  const of = [log, ...seen, context.now, context.target];
  if (last && of.every((one, index) => one === last?.of[index])) return last.history;
  const history = readHistory(log, sources, context);
  last = { of, history };
  return history;
}

function readHistory({ lines, asked }: LogWindow, sources: HistorySources, context: Context): LogHistory {
  const { target, now } = context;
  const ordered = inOrder(lines);
  const boots = readBoots(ordered);
  const present = readPresent(boots, sources, now);
  const routerLines: LogLine[] = [];
  const appLines: LogLine[] = [];
  const apiLines: LogLine[] = [];
  const codeLines: CodeLine[] = [];
  const typeOf = rememberTypes();
  for (const line of ordered) {
    const code = codeOf(line);
    if (code && !present.isOneOff(code.type)) codeLines.push(code);
    if (line.source === 'heroku' && line.process === 'router') routerLines.push(line);
    else if (line.source === 'app' && line.process === 'api') apiLines.push(line);
    else if (line.source === 'app' && typeOf(line.process) === target.processType) appLines.push(line);
  }
  const codes = countCodes(codeLines, present);
  return {
    lines: lines.length,
    from: ordered.find(({ at }) => at !== null)?.at ?? null,
    isFull: lines.length >= asked,
    boots,
    crashes: crashesOf(boots, present).filter(({ boot }) => boot.type === target.processType),
    otherCrashes: crashesOf(boots, present).filter(
      ({ boot }) => boot.type !== target.processType && !present.isOneOff(boot.type),
    ),
    traffic: readTraffic(routerLines, now, present.isRequestOver),
    codes,
    memory: memoryFigures(ordered, codes),
    appLines,
    apiLines,
  };
}

/** A log names a handful of processes in thousands of lines. */
function rememberTypes(): (process: string) => string | null {
  const types = new Map<string, string | null>();
  return (process) => {
    let type = types.get(process);
    if (type === undefined) {
      type = processTypeOf(process);
      types.set(process, type);
    }
    return type;
  };
}

/** Lines come oldest first but for some milliseconds; a line without a time stays behind the one before it. */
function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  let latest = Number.NEGATIVE_INFINITY;
  const isSorted = lines.every(({ at }) => {
    const fits = at === null || at >= latest;
    latest = at ?? latest;
    return fits;
  });
  if (isSorted) return lines;
  let before = Number.NEGATIVE_INFINITY;
  const timed = lines.map((line) => {
    before = line.at ?? before;
    return { line, at: before };
  });
  return timed.toSorted((one, other) => one.at - other.at).map(({ line }) => line);
}

/** Codes that end or keep from beginning a dyno's life; with the dyno up again they are over. */
const OF_BOOT: ReadonlySet<string> = new Set(['R10', 'R15', 'R17', 'H10', 'H20']);
/** They kill, and so last from one life to the next until the dyno has recovered. */
const KILLING: ReadonlySet<string> = new Set(['R10', 'R15']);

/** What is so at present, against which a line is held. */
interface Present {
  isOneOff(type: string | null): boolean;
  isNow(line: CodeLine): boolean;
  wasOverBetween(line: CodeLine, next: CodeLine): boolean;
  isRequestOver(request: RouterLine, at: Instant): boolean;
  /** A line of this dyno ('' for none) at this time is from before the release, or of a dyno that is gone or was replaced. */
  isHistory(dyno: string, at: Instant): boolean;
  readonly releasedAt: Instant;
  /** When the dyno last came up, as far as the log tells; -Infinity: it did not. */
  upSince(dyno: string): Instant;
  crashedNow(dyno: string): boolean;
}

function readPresent(
  boots: readonly Boot[],
  { dynos, formation, releases }: HistorySources,
  now: Instant,
): Present {
  const types = formation.ok ? formation.value.map(({ type }) => type) : [];
  const listed = dynos.ok ? new Map(dynos.value.map((dyno) => [dyno.name, dyno])) : null;
  const current = releases.ok ? releases.value.find((release) => release.current) : undefined;
  const releasedAt = current?.createdAt ?? Number.NEGATIVE_INFINITY;
  const ofDyno = Map.groupBy(boots, ({ dyno }) => dyno);
  // Heroku's own list knows of a return whose log lines were lost.
  const upInList = ({ state, updatedAt }: Dyno) => (state === 'up' ? updatedAt : Number.NEGATIVE_INFINITY);
  const upSince = (dyno: string) => {
    const seen = listed?.get(dyno);
    const inLog = lastOf(ofDyno.get(dyno) ?? [], ({ upAt }) => upAt);
    return Math.max(inLog, seen ? upInList(seen) : inLog);
  };
  const stoppedAt = (dyno: string) => {
    const lives = ofDyno.get(dyno) ?? [];
    return Math.max(
      ...lives.map((life, index) => replacedAt(life, lives[index + 1])),
      Number.NEGATIVE_INFINITY,
    );
  };
  const ups = new Map([...ofDyno.keys()].map((dyno) => [dyno, upSince(dyno)]));
  const stops = new Map([...ofDyno.keys()].map((dyno) => [dyno, stoppedAt(dyno)]));
  const recoveries = new Map([...ofDyno].map(([dyno, lives]) => [dyno, recoveriesOf(lives, now)]));
  const anyUp = Math.max(
    ...[...ups].filter(([dyno]) => processTypeOf(dyno) === ROUTED_TYPE).map(([, at]) => at),
    Number.NEGATIVE_INFINITY,
  );
  const crashedNow = (dyno: string) => listed?.get(dyno)?.state === 'crashed';

  const isHistory = (dyno: string, at: Instant) =>
    at < releasedAt ||
    (dyno !== '' && ((listed !== null && !listed.has(dyno)) || at < (stops.get(dyno) ?? at)));
  const isBackUp = (dyno: string, at: Instant) => at < (dyno === '' ? anyUp : (ups.get(dyno) ?? at));

  return {
    isOneOff: (type) => type !== null && isOneOff(type, types),
    isHistory,
    isNow: ({ code, dyno, at }) => {
      if (isHistory(dyno, at)) return false;
      if (code.startsWith('H') && !OF_BOOT.has(code)) return now - at <= RECENT_MS;
      if (isBackUp(dyno, at)) return false;
      // The end of the last life explains why the dyno is down, however long ago that was.
      return now - at <= RECENT_MS || (KILLING.has(code) && crashedNow(dyno));
    },
    wasOverBetween: (line, next) => {
      if (
        isHistory(line.dyno, line.at) ||
        (OF_BOOT.has(line.code) && !KILLING.has(line.code) && isBackUp(line.dyno, line.at))
      )
        return true;
      if (!KILLING.has(line.code)) return next.at - line.at > RECENT_MS;
      const recovery = (recoveries.get(line.dyno) ?? []).findLast((at) => at <= next.at);
      return recovery !== undefined && recovery >= line.at;
    },
    isRequestOver: (request, at) =>
      isHistory(request.dyno, at) ||
      (request.code !== null && OF_BOOT.has(request.code) && isBackUp(request.dyno, at)),
    releasedAt,
    upSince: (dyno) => ups.get(dyno) ?? Number.NEGATIVE_INFINITY,
    crashedNow,
  };
}

function lastOf(boots: readonly Boot[], at: (boot: Boot) => Instant | null): Instant {
  return boots.reduce((latest, boot) => Math.max(latest, at(boot) ?? latest), Number.NEGATIVE_INFINITY);
}

/**
 * A life that was ended on purpose is another dyno's, though the name stays: its faults went with it. Until the next one
 * is up, what the router says of the name is about the one that is being shut down.
 */
function replacedAt({ end }: Boot, next: Boot | undefined): Instant {
  if (!end || end.how === 'crashed') return Number.NEGATIVE_INFINITY;
  return Math.max(end.at, next?.upAt ?? end.at);
}

/** When the lives began to be up that lasted: each is a recovery. Oldest first. */
export function recoveriesOf(boots: readonly Boot[], now: Instant): Instant[] {
  return boots.flatMap(({ upAt, end }) =>
    upAt !== null && (end?.at ?? now) - upAt > RECOVERED_MS ? [upAt] : [],
  );
}

function crashesOf(boots: readonly Boot[], present: Present): Crash[] {
  return boots
    .flatMap((boot): Crash[] => {
      if (boot.end?.how !== 'crashed') return [];
      const { at, exitStatus } = boot.end;
      const isOfRelease = at >= present.releasedAt;
      const isNow = !present.isHistory(boot.dyno, at) && present.upSince(boot.dyno) <= at;
      return [{ boot, at, exitStatus, isOfRelease, isNow }];
    })
    .toSorted((one, other) => one.at - other.at);
}

/** Older documents of Heroku write `1028MB`. */
const FIGURE = /^Process running mem=(\d+)MB?\(([\d.]+)%\)/;

/** Of the dynos that are over their quota now, since they are. */
function memoryFigures(lines: readonly LogLine[], codes: readonly CodeCount[]): MemoryFigure[] {
  const over = codes.filter(({ code, now }) => now > 0 && (code === 'R14' || code === 'R15'));
  if (over.length === 0) return [];
  return lines.flatMap(({ at, source, process, text }) => {
    if (at === null || source !== 'heroku' || !text.startsWith('Process running')) return [];
    const code = over.find(({ dynos }) => dynos.includes(process));
    const [, mb, percent = ''] = FIGURE.exec(text) ?? [];
    if (mb === undefined || !code?.type || at < (code.since ?? at) - TOGETHER_MS) return [];
    return [{ dyno: process, type: code.type, mb: Number(mb), percent }];
  });
}

/** A dyno that crashed twice or more in this release and has not stayed up since: a loop between two crashes. */
export interface CrashLoop {
  readonly dyno: string;
  /** Crashes since the release. */
  readonly crashes: number;
  readonly last: Crash;
  /** The first crash after which it did not recover. */
  readonly since: Instant;
  /** `up`, or `starting`. */
  readonly state: string;
  /** How long it has been so, milliseconds. */
  readonly forMs: number;
}

/** Of the target's dynos that are up, those that are in a crash loop. */
export function crashLoops(history: LogHistory, dynos: readonly Dyno[], context: Context): CrashLoop[] {
  return loopsAmong(history.crashes, history, dynos, context);
}

/** Of the dynos of other process types. */
export function otherCrashLoops(history: LogHistory, dynos: readonly Dyno[], context: Context): CrashLoop[] {
  return loopsAmong(history.otherCrashes, history, dynos, context);
}

function loopsAmong(
  crashes: readonly Crash[],
  { boots }: LogHistory,
  dynos: readonly Dyno[],
  { now }: Context,
): CrashLoop[] {
  return dynos.flatMap(({ name, state, updatedAt }): CrashLoop[] => {
    const isYoung = isComingUp(state) && now - updatedAt <= RECOVERED_MS;
    const own = isYoung ? crashes.filter(({ boot, isOfRelease }) => boot.dyno === name && isOfRelease) : [];
    const last = own.at(-1);
    if (!last || own.length < CRASH_LOOP) return [];
    const [recovered = Number.NEGATIVE_INFINITY] = recoveriesOf(
      boots.filter((boot) => boot.dyno === name),
      now,
    ).toReversed();
    const since = own.find(({ at }) => at > recovered)?.at ?? last.at;
    return [{ dyno: name, crashes: own.length, last, since, state, forMs: now - updatedAt }];
  });
}

function isComingUp(state: string): boolean {
  return state === 'up' || state === 'starting';
}

/** The code of this process type, if it speaks of now. */
export function currentCode({ codes }: LogHistory, code: string, type: string): CodeCount | undefined {
  return codes.find((one) => one.code === code && one.type === type && one.now > 0);
}
