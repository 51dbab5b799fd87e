/** Tests that start many processes and wait for real clocks: together they take minutes, so they run where a server is named, too. */

/** null: they run here; else why not. */
export const LONG: string | null =
  process.env.TEST_DATABASE_URL || process.env.TEST_LONG
    ? null
    : 'takes minutes: set TEST_LONG=1, or TEST_DATABASE_URL as .ci/run does';
