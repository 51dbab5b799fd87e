/** Failure mode B: the dynos crash or time out; one match for each error code that speaks of now. */

import { countDynos } from '../heroku/dyno-count.ts';
import type { Boot } from '../logs/boot.ts';
import type { Cause } from '../logs/cause.ts';
import { type CodeCount, currentCode, ROUTED_TYPE } from '../logs/codes.ts';
import { causeOfCrashes } from '../logs/crash-cause.ts';
import { type CrashLoop, crashLoops, otherCrashLoops } from '../logs/crashes.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { listensElsewhere } from '../logs/listen-address.ts';
import { memoryWords } from '../logs/memory-figures.ts';
import { CRASH_LOOP, FAILING_LEAST, FAILING_SHARE, REPEATED_R10 } from '../logs/thresholds.ts';
import { howManyFail, tally } from '../logs/traffic.ts';
import type { Mode } from '../model/check.ts';
import type { Dyno, Evidence } from '../model/evidence.ts';
import type { Confidence, Context, Match, ModeWords } from '../model/terms.ts';
import { formatDuration, formatPercent } from '../text/time.ts';
import { causeWords } from './cause-words.ts';

const WORDS = {
  title: 'Dyno crash loop (R10/H10/H12 errors)',
  symptom:
    'heroku ps shows dynos crashing; heroku logs --tail shows R10 (boot timeout), H10 (app crashed), or H12 (request timeout).',
  cause:
    'Application boot failure (bad config var, missing dependency, OOM) or a request handler that times out.',
  diagnosis: [
    'heroku logs --tail --num 200 --app <app>',
    'Look for lines with at=error code=R10 (boot timeout) or Error R14 (memory exceeded).',
  ],
  fix: [
    'R10 (boot timeout >60s): Check gunicorn startup; increase timeout if legitimately slow boot: heroku config:set GUNICORN_TIMEOUT=120 --app <app> and redeploy.',
    'R14 (memory exceeded): Scale up dyno type or profile the memory leak.',
    'H10 (crash): Check startup traceback in logs; most common cause is missing env var or import error.',
  ],
  verification: 'heroku ps --app <app> shows <process_type>.1: up for >5 min with no restarts',
} satisfies ModeWords;

const [FIX_R10, FIX_R14, FIX_H10] = WORDS.fix as [string, string, string];

const OOM = 'OOM: the app needs more memory than its dyno size has, or it leaks.';

/** The runbook's fix for each code. H12 has none of its own there: its cause is the slow handler that the logs name. */
export const FIX_OF_CODE: Readonly<Record<string, Partial<ModeWords>>> = {
  R10: {
    title: 'Dyno crash loop: boot timeout',
    cause: 'Application boot failure: gunicorn does not bind its port within 60 s.',
    fix: [FIX_R10],
  },
  R14: { title: 'Dyno over its memory quota', cause: OOM, fix: [FIX_R14] },
  R15: { title: 'Dyno killed over its memory quota', cause: OOM, fix: [FIX_R14] },
  H10: { title: 'Dyno crash loop: the app crashes', fix: [FIX_H10] },
  H12: {
    title: 'Requests time out',
    cause: 'A request handler that times out.',
    fix: [
      'H12 (request timeout): Find the slow handler by the paths in the logs; a restart frees stuck workers.',
    ],
  },
};

export const crashLoop: Mode = {
  id: 'B',
  words: WORDS,
  match(evidence, _findings, context) {
    const { processType } = context.target;
    const crashed = crashedDynos(evidence, context);
    const history = historyOf(evidence, context);
    if (!history.ok) return withoutLog(crashed, history.detail, context);
    // Without the releases it is not known which lines are from before the current one.
    const missing = evidence.releases.ok ? [] : [evidence.releases.detail];
    const matches = [
      ...bootTimeout(history.value, context),
      ...memory(history.value, processType),
      ...timeOuts(history.value, context),
    ];
    // A dyno that Heroku killed earns the router's H10 as well: the killer is the cause.
    const killed = matches.filter(({ code }) => code === 'R10' || code === 'R15');
    if (!killed.some(({ confidence }) => confidence === 'likely')) {
      const ended = crash(history.value, crashed, evidence, context);
      matches.push(...ended.filter(({ code }) => code !== null || killed.length === 0));
    }
    if (matches.length === 0) matches.push(...between(history.value, evidence, context));
    const others = [
      ...memoryOfOthers(history.value, processType),
      ...crashOfOthers(history.value, evidence, context),
    ];
    return [...matches, ...others.map(verifiedByItself)].map((match) => withMissing(match, missing));
  },
};

function withMissing(match: Match, missing: readonly string[]): Match {
  if (missing.length === 0) return match;
  return { ...match, confidence: 'possible', missing: [...match.missing, ...missing] };
}

function crashedDynos({ dynos, formation }: Evidence, { target }: Context): readonly Dyno[] | null {
  if (!dynos.ok) return null;
  const all = countDynos(dynos.value, formation.ok ? formation.value : [], target.processType);
  return all.dynos.filter(({ state }) => state === 'crashed');
}

function withoutLog(crashed: readonly Dyno[] | null, detail: string, { now, target }: Context): Match[] {
  if (!crashed || crashed.length === 0) return [];
  const evidence = crashed.map((one) => dynoLine(one, now));
  return [
    { code: null, confidence: 'possible', processType: target.processType, evidence, missing: [detail] },
  ];
}

function bootTimeout(history: LogHistory, { target: { processType } }: Context): Match[] {
  const found = currentCode(history, 'R10', processType);
  if (!found) return [];
  const match = ofCode(found, processType, found.now >= REPEATED_R10 ? 'likely' : 'possible');
  const boot = history.crashes.findLast(({ boot: { end } }) => end?.killedBy === 'R10')?.boot;
  const elsewhere = boot ? listensElsewhere(boot) : null;
  return [elsewhere ? withCause(match, elsewhere, []) : match];
}

/** R15 is the same leak as R14, further on. */
function memory(history: LogHistory, type: string): Match[] {
  const found = currentCode(history, 'R15', type) ?? currentCode(history, 'R14', type);
  if (!found) return [];
  return [
    ofCode(found, type, 'likely', memoryWords(history.memory.filter((figure) => figure.type === type))),
  ];
}

function memoryOfOthers(history: LogHistory, processType: string): Match[] {
  const types = new Set(history.codes.map(({ type }) => type).filter((type) => type !== null));
  types.delete(processType);
  return [...types].flatMap((type) => memory(history, type));
}

/** Another process type ends by itself: visitors do not meet it, but its work is not done. */
function crashOfOthers(history: LogHistory, { dynos, formation }: Evidence, context: Context): Match[] {
  const loops = dynos.ok ? otherCrashLoops(history, dynos.value, context) : [];
  const ofRelease = history.otherCrashes.filter(({ isOfRelease }) => isOfRelease);
  return [...Map.groupBy(ofRelease, ({ boot }) => boot.type)].flatMap(([type, crashes]): Match[] => {
    const down = crashes.filter(({ isNow }) => isNow);
    const own = loops.filter(({ last }) => last.boot.type === type);
    // Killed for its memory: the code tells it.
    const isTold = ['R14', 'R15'].some((code) => currentCode(history, code, type));
    if (isTold || (down.length === 0 && own.length === 0)) return [];
    const command = formation.ok ? formation.value.find((entry) => entry.type === type)?.command : undefined;
    const boots = crashes.map(({ boot }) => boot);
    const names = [...new Set(down.map(({ boot }) => boot.dyno))];
    const match: Match = {
      code: null,
      confidence: down.length > 0 && crashes.length >= CRASH_LOOP ? 'likely' : 'possible',
      processType: type,
      evidence: [
        ...names.map((dyno) => `${dyno} crashed and is not back`),
        ...(own.length > 0 ? own.map((loop) => loopLine(loop, null)) : countWords(crashes.length)),
      ],
      missing: [],
      words: { title: `Dyno crash loop of ${type}`, fix: [FIX_H10] },
    };
    return [withCause(match, causeOfCrashes(boots, command ?? null), exitWords(boots.at(-1)))];
  });
}

/** The runbook's verification, of the process type that the match speaks of. */
function verifiedByItself(match: Match): Match {
  const verification = WORDS.verification.replace('<process_type>', match.processType ?? '<process_type>');
  return { ...match, words: { ...match.words, verification } };
}

function timeOuts(history: LogHistory, { target: { processType }, now }: Context): Match[] {
  const { requests, failed } = history.traffic;
  const timedOut = failed.filter(({ code }) => code === 'H12');
  const found = history.codes.find(({ code }) => code === 'H12');
  const isMany = timedOut.length >= FAILING_LEAST && timedOut.length >= requests * FAILING_SHARE;
  if (!found || !isMany || processType !== ROUTED_TYPE) return [];
  const share = `${timedOut.length} of ${requests} requests (${formatPercent(timedOut.length / requests)})`;
  const [path] = tally(timedOut, (request) => `${request.method} ${request.path}`);
  const slowest = path ? [`mostly ${path.name} (${path.count})`] : [];
  // Nobody asked since: whether they still time out was not seen.
  const confidence = howManyFail(history.traffic, now) === 'users' ? 'likely' : 'possible';
  return [ofCode({ ...found, now: timedOut.length }, processType, confidence, [share, ...slowest])];
}

/** The process ends by itself: told by the router's H10, or by Heroku's state changes alone. */
function crash(
  history: LogHistory,
  crashed: readonly Dyno[] | null,
  { formation }: Evidence,
  { target: { processType }, now }: Context,
): Match[] {
  const h10 = processType === ROUTED_TYPE ? currentCode(history, 'H10', ROUTED_TYPE) : undefined;
  const isDown = crashed !== null && crashed.length > 0;
  const ofRelease = history.crashes.filter(({ isOfRelease }) => isOfRelease);
  const isLoop = ofRelease.length >= CRASH_LOOP && ofRelease.some(({ isNow }) => isNow);
  if (!h10 && !isDown && !isLoop) return [];
  const command = formation.ok
    ? formation.value.find(({ type }) => type === processType)?.command
    : undefined;
  const boots = crashedBoots(history, crashed ?? []);
  const boot = boots.at(-1);
  const cause = causeOfCrashes(boots, command ?? null);
  const lines = [...(crashed ?? []).map((one) => dynoLine(one, now)), ...countWords(ofRelease.length)];
  if (h10) {
    const match = ofCode(h10, processType, isDown || isLoop ? 'likely' : 'possible', lines);
    return [withCause({ ...match, ...whereIn(boot) }, cause, exitWords(boot))];
  }
  const match: Match = {
    ...whereIn(boot),
    code: null,
    confidence: isLoop || (isDown && ofRelease.length >= CRASH_LOOP) ? 'likely' : 'possible',
    processType,
    evidence: lines,
    missing: [],
    words: { fix: [FIX_H10] },
  };
  return [withCause(match, cause, exitWords(boot))];
}

/** The log may not reach back to where it came up: only a life whose beginning was seen can say so. */
function whereIn(boot: Boot | undefined): Pick<Match, 'atBoot'> {
  return boot && boot.startedAt !== null && boot.upAt === null ? { atBoot: true } : {};
}

/** Up at this moment, in a loop all the same: what killed it the last time will do so again. */
function between(history: LogHistory, { dynos, formation }: Evidence, context: Context): Match[] {
  const { processType } = context.target;
  const [loop] = dynos.ok ? crashLoops(history, dynos.value, context) : [];
  if (!loop) return [];
  const { boot } = loop.last;
  const code = boot.end?.killedBy ?? null;
  const command = formation.ok
    ? formation.value.find(({ type }) => type === processType)?.command
    : undefined;
  const match: Match = {
    code,
    confidence: 'possible',
    processType,
    evidence: [loopLine(loop, code)],
    missing: [],
    words: code === null ? { fix: [FIX_H10] } : (FIX_OF_CODE[code] ?? {}),
  };
  return [code === null ? withCause(match, causeOfCrashes([boot], command ?? null), exitWords(boot)) : match];
}

function loopLine({ dyno, crashes, state, forMs }: CrashLoop, code: string | null): string {
  const by = code === null ? '' : `, the last by ${code}`;
  return `${dyno}: ${crashes} crashes since the release${by}; ${state} for ${formatDuration(forMs)}`;
}

/** The lives that ended in a crash of this release, oldest first; where the log shows no end, the newest life of a crashed dyno. */
function crashedBoots({ crashes, boots }: LogHistory, crashed: readonly Dyno[]): readonly Boot[] {
  const ended = crashes.filter(({ isOfRelease }) => isOfRelease).map(({ boot }) => boot);
  if (crashes.some(({ isNow }) => isNow)) return ended;
  const running = boots.findLast(({ dyno }) => crashed.some(({ name }) => name === dyno));
  return running ? [running] : [];
}

function countWords(crashes: number): string[] {
  return crashes === 0 ? [] : [`${crashes} ${crashes === 1 ? 'crash' : 'crashes'} since the release`];
}

function exitWords(boot: Boot | undefined): string[] {
  const status = boot?.end?.exitStatus ?? null;
  return status === null ? [] : [`The process exited with status ${status}`];
}

/** `processType`: of which the mode speaks. */
function ofCode(
  found: CodeCount,
  processType: string,
  confidence: Confidence,
  more: readonly string[] = [],
): Match {
  const { code, words, now, line } = found;
  return {
    code,
    confidence,
    processType,
    // A router line says nothing that is not told better by count, share and path.
    evidence: [
      `${code} ${words} × ${now}`,
      ...more,
      ...(code.startsWith('H') ? [] : [`${line.process}: ${line.text}`]),
    ],
    missing: [],
    words: FIX_OF_CODE[code] ?? {},
  };
}

/** What the process wrote before it ended stands in front: it names the cause, and where that is sure the fix. */
function withCause(match: Match, cause: Cause | null, exit: readonly string[]): Match {
  if (!cause) return { ...match, evidence: [...match.evidence, ...exit] };
  const words = causeWords(cause);
  return {
    ...match,
    causedBy: cause.kind,
    evidence: [...cause.evidence, ...exit, ...match.evidence],
    words: {
      ...match.words,
      ...words,
      ...(words.fix ? { fix: [...words.fix, ...keptFix(match, cause)] } : {}),
    },
  };
}

/** No longer time-out helps a server that listens elsewhere. */
function keptFix({ words }: Match, { kind }: Cause): readonly string[] {
  return kind === 'address' ? [] : (words?.fix ?? []);
}

function dynoLine({ name, state, updatedAt }: Dyno, now: number): string {
  return `${name}: ${state} (${formatDuration(now - updatedAt)})`;
}
