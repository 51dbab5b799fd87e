/** When a dyno counts as recovered: one definition for the checks, the failure modes and the watch. */

/** The runbook's verification of failure mode B: "web.1: up for >5 min with no restarts". */
export const RECOVERED_MS = 5 * 60_000;
