/** Defines every threshold of the log model, with its reason: how many log lines count, and for how long. */

/** While R14 lasts, Heroku repeats it about every 20 s, so after five minutes of silence it has ended. */
export const RECENT_MS = 5 * 60_000;
/** Requests are judged over 15 minutes: long enough for a quiet app, short enough to be current. */
export const TRAFFIC_MS = 15 * 60_000;
/** 1% of the requests, and at least three. A single slow report happens, and is not an outage. */
export const FAILING_SHARE = 0.01;
export const FAILING_LEAST = 3;
/**
 * People close tabs and lose their network. Below 10% of the requests, clients that give up say nothing about the app.
 */
export const ABANDONED_SHARE = 0.1;
/** The runbook calls two R10s "repeated", if the dyno did not recover after the last one. */
export const REPEATED_R10 = 2;
/** One crash is an accident. Two in one release, without staying up in between, are a loop. */
export const CRASH_LOOP = 2;
/** The line with the exit status is within seconds of the state change, before or after it. */
export const TOGETHER_MS = 10_000;
/**
 * The number of lines that are kept of each boot. An app's last words are rarely longer, and earlier lines are not why
 * it ended.
 */
export const LAST_WORDS = 300;
