/** Failure mode B: the dynos crash or time out; one match for each error code of now. */
import { formatDuration } from '../age.ts';
import type { Confidence, Context, Match, Mode, ModeWords } from '../diagnosis.ts';
import { countDynos } from '../dyno-count.ts';
import type { Dyno, Evidence } from '../evidence.ts';
import type { CodeCount } from '../log-codes.ts';
import {
  CRASH_LOOP,
  codeCount,
  type LogStory,
  REPEATED_R10,
  readLog,
  requestsTimeOut,
} from '../log-story.ts';

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
    const crashed = crashedDynos(evidence, context);
    const { logs, releases } = evidence;
    if (!logs.ok) return withoutLog(crashed, logs.detail, context);
    const current = releases.ok ? releases.value.find((release) => release.current) : undefined;
    const story = readLog(logs.value, context.target.processType, current);
    // Without the releases it is not known which lines are from before the current one.
    const missing = releases.ok ? [] : [releases.detail];
    const found = [bootTimeout(story), memoryKilled(story), memory(story), timeOuts(story)];
    const matches = found.filter((match) => match !== null);
    // A dyno that Heroku killed earns the router's H10 as well: the killer is the cause.
    const killed = matches.filter(({ code }) => code === 'R10' || code === 'R15');
    if (!killed.some(({ confidence }) => confidence === 'likely')) {
      const ended = crash(story, crashed, context);
      matches.push(...ended.filter(({ code }) => code !== null || killed.length === 0));
    }
    return matches.map((match) => withMissing(match, missing));
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

function withoutLog(crashed: readonly Dyno[] | null, detail: string, { now }: Context): Match[] {
  if (!crashed || crashed.length === 0) return [];
  return [
    {
      code: null,
      confidence: 'possible',
      evidence: crashed.map((one) => dynoLine(one, now)),
      missing: [detail],
    },
  ];
}

function bootTimeout(story: LogStory): Match | null {
  const found = codeCount(story, 'R10');
  if (!found || found.now === 0) return null;
  return ofCode(found, found.now >= REPEATED_R10 ? 'likely' : 'possible');
}

function memoryKilled(story: LogStory): Match | null {
  const found = codeCount(story, 'R15');
  return found && found.now > 0 ? ofCode(found, 'likely', story.memory) : null;
}

function memory(story: LogStory): Match | null {
  const found = codeCount(story, 'R14');
  // R15 is the same leak, further on.
  if (!found || found.now === 0 || (codeCount(story, 'R15')?.now ?? 0) > 0) return null;
  return ofCode(found, 'likely', story.memory);
}

function timeOuts(story: LogStory): Match | null {
  const found = codeCount(story, 'H12');
  const share = requestsTimeOut(story);
  if (!found || share === 'few') return null;
  const of = `${found.now} of ${story.requests} requests in the window`;
  return ofCode(found, share === 'many' ? 'likely' : 'possible', [of]);
}

/** The process ends by itself: told by the router's H10, or by Heroku's state changes alone. */
function crash(story: LogStory, crashed: readonly Dyno[] | null, { now }: Context): Match[] {
  const dynos = (crashed ?? []).map((one) => dynoLine(one, now));
  const h10 = codeCount(story, 'H10');
  const down = crashed !== null && crashed.length > 0;
  const cause = causeLines(story);
  if (h10 && h10.now > 0) {
    return [withCause(ofCode(h10, down ? 'likely' : 'possible', [...dynos, ...cause]), story)];
  }
  const loops = story.crashesOfRelease.length >= CRASH_LOOP && story.crashesNow.length > 0;
  if (!down && !loops) return [];
  const times = story.crashesOfRelease.length;
  const counted = times > 0 ? [`${times} ${times === 1 ? 'crash' : 'crashes'} since the release`] : [];
  const match: Match = {
    code: null,
    confidence: down && times >= CRASH_LOOP ? 'likely' : 'possible',
    evidence: [...dynos, ...counted, ...cause],
    missing: [],
    words: { fix: [FIX_H10] },
  };
  return [withCause(match, story)];
}

function ofCode(found: CodeCount, confidence: Confidence, more: readonly string[] = []): Match {
  const { code, words, now, line } = found;
  const { process, text } = line;
  return {
    code,
    confidence,
    evidence: [`${code} ${words} × ${now}`, `${process}: ${text}`, ...more],
    missing: [],
    words: FIX_OF_CODE[code] ?? {},
  };
}

function causeLines({ traceback, crashesNow }: LogStory): string[] {
  if (!traceback) {
    const exit = crashesNow.at(-1)?.exitStatus;
    return exit === undefined || exit === null ? [] : [`The process exited with status ${exit}`];
  }
  return [traceback.error, ...traceback.frames.slice(-2)];
}

/** What the traceback says is missing names the cause and the fix. */
function withCause(match: Match, { traceback }: LogStory): Match {
  const missing = traceback?.missing;
  if (!missing) return match;
  const words: Partial<ModeWords> =
    missing.kind === 'module'
      ? {
          cause: `Application boot failure: the module ${missing.name} is missing.`,
          fix: [
            `Add ${missing.name} to the requirements and redeploy, or roll back to the release before.`,
            FIX_H10,
          ],
        }
      : {
          cause: `Application boot failure: the config var ${missing.name} is not set.`,
          fix: [`Set it: heroku config:set ${missing.name}=… --app <app>`, FIX_H10],
        };
  return { ...match, words: { ...match.words, ...words } };
}

function dynoLine({ name, state, updatedAt }: Dyno, now: number): string {
  return `${name}: ${state} (${formatDuration(now - updatedAt)})`;
}
