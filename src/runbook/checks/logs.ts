/** Step 6: error codes, crashes and tracebacks in the log, those of now told from those that are over. */
import { formatAgo, formatInstant } from '../age.ts';
import { defineCheck, type Judgement } from '../diagnosis.ts';
import type { Instant, LogWindow } from '../evidence.ts';
import type { CodeCount } from '../log-codes.ts';
import { CRASH_LOOP, type LogStory, readLog, requestsTimeOut } from '../log-story.ts';

/** These stop the app or are about to: one of now is enough. H10 is the router's word for a crashed app. */
const GRAVE = new Set(['R10', 'R14', 'R15', 'R17', 'H10', 'H14', 'H20', 'H99', 'R99']);
/** With these, lines were lost on the way: the window has holes. */
const LOSSY = new Set(['L10', 'L11', 'L12', 'L13', 'L15']);
/** The client's own doing: shown, never a warning. */
const CLIENT = new Set(['H27', 'H28', 'H31']);

export const logsCheck = defineCheck({
  id: 'logs',
  step: 6,
  title: 'Heroku logs',
  byHand: {
    command: 'heroku logs --tail --app <app>',
    expect: 'look for crash/OOM/boot errors; there are none',
  },
  needs: ['logs'],
  wants: ['releases'],
  judge({ logs, releases }, { target, now }) {
    const current = releases.ok ? releases.value.find((release) => release.current) : undefined;
    const story = readLog(logs, target.processType, current);
    const details = [...story.codes.map((code) => codeWords(code, now)), ...crashWords(story, now)];
    return { ...judgeStory(logs, story), details: [...details, ...windowWords(logs, story)] };
  },
});

function judgeStory({ lines }: LogWindow, story: LogStory): Judgement {
  if (lines.length === 0) {
    return { status: 'warn', summary: 'The log is empty: it tells neither good nor bad' };
  }
  const now = story.codes.filter((code) => code.now > 0);
  const timeOuts = requestsTimeOut(story);
  const grave = now.filter(({ code }) => GRAVE.has(code) || (code === 'H12' && timeOuts === 'many'));
  const loops = story.crashesOfRelease.length >= CRASH_LOOP && story.crashesNow.length > 0;
  if (grave.length > 0 || loops) {
    const crashes = loops ? [`${story.crashesOfRelease.length} crashes since the release`] : [];
    return { status: 'fail', summary: [...grave.map(countWords), ...crashes].join(', ') };
  }
  const noted = now.filter(({ code }) => !CLIENT.has(code));
  if (noted.length > 0) return { status: 'warn', summary: noted.map(countWords).join(', ') };
  if (story.crashesNow.length > 0)
    return { status: 'warn', summary: 'One crash, and the dyno is not back yet' };
  const over = story.codes.length > 0 || story.crashes.length > 0;
  const history = over ? '; what there was is over' : '';
  return { status: 'pass', summary: `No errors of now in ${lines.length} lines${history}` };
}

function countWords({ code, words, now }: CodeCount): string {
  return `${code} ${words} × ${now}`;
}

function codeWords(
  { code, words, count, now: ofNow, first, last, perMinute }: CodeCount,
  now: Instant,
): string {
  const rate = perMinute === null ? '' : `, ${perMinute.toFixed(1)} a minute`;
  const past = ofNow === 0 ? ', over' : ofNow < count ? `, ${ofNow} of them now` : '';
  return `${code} ${words}: ${count}${past}, first ${formatAgo(first, now)}, last ${formatAgo(last, now)}${rate}`;
}

function crashWords({ crashes, crashesNow, traceback, memory }: LogStory, now: Instant): string[] {
  const words = [...memory];
  const last = crashes.at(-1);
  if (last) {
    const exit = last.exitStatus === null ? '' : `, exit status ${last.exitStatus}`;
    const over = crashesNow.length === 0 ? ', back up since' : '';
    words.push(`${last.dyno} crashed × ${crashes.length}, last ${formatAgo(last.at, now)}${exit}${over}`);
  }
  if (traceback) words.push(`Traceback of ${traceback.process}: ${traceback.error}`, ...traceback.frames);
  return words;
}

function windowWords({ lines, asked }: LogWindow, { codes }: LogStory): string[] {
  const from = lines.find(({ at }) => at !== null)?.at;
  const full =
    lines.length >= asked && from ? [`The window is full: it reaches back to ${formatInstant(from)}`] : [];
  const lossy = codes.some(({ code }) => LOSSY.has(code))
    ? ['Lines were lost on the way (L codes): it has holes']
    : [];
  return [...full, ...lossy];
}
