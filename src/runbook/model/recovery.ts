/**
 * Defines once, for the checks, the failure modes and the watch, when a dyno counts as recovered and how long it may
 * boot.
 */

/** The runbook's verification of failure mode B: "web.1: up for >5 min with no restarts". */
export const RECOVERED_MS = 5 * 60_000;

/** Heroku gives a web dyno 60 s to bind its port (R10). Fetching and starting the slug takes more time before that. */
export const BOOT_WITHIN_MS = 90_000;
