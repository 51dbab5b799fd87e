/** From when on, and for how long, a log line counts: every threshold of the log model, with its reason. */

/** Heroku repeats R14 about every 20 s while it lasts: after five minutes of silence it is over. */
export const RECENT_MS = 5 * 60_000;
/** Requests are judged over a quarter of an hour: long enough for a quiet app, short enough to be about now. */
export const TRAFFIC_MS = 15 * 60_000;
/** One request in a hundred, and at least three: a single slow report happens, and is no outage. */
export const FAILING_SHARE = 0.01;
export const FAILING_LEAST = 3;
/** People close tabs and lose their network: below one request in ten, clients that give up say nothing about the app. */
export const ABANDONED_SHARE = 0.1;
/** Two R10s without a recovery after the last are what the runbook calls "repeated". */
export const REPEATED_R10 = 2;
/** One crash is an accident; two in one release, without staying up, are a loop. */
export const CRASH_LOOP = 2;
/** The line with the exit status stands within seconds of the state change, on either side of it. */
export const TOGETHER_MS = 10_000;
/** What an app writes last is rarely longer; everything before is not why it ended. */
export const LAST_WORDS = 300;
