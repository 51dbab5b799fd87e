/** Long tests start many processes and wait in real time. Together they take minutes, so plain `npm test` skips them. */

/** Null when they run, otherwise why they are skipped. */
export const LONG: string | null =
  process.env.TEST_DATABASE_URL || process.env.TEST_LONG
    ? null
    : 'takes minutes: set TEST_LONG=1, or TEST_DATABASE_URL as .ci/run does';
