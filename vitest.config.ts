import { defineConfig } from 'vitest/config';

/** These patch the process' own HTTP, which others then would meet. */
const PATCHING = [
  'test/github/{client,reader,writer,deploy-reader}.test.ts',
  'test/heroku/{reader,writer}.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/snapshot.ts'],
    testTimeout: 15_000,
    // An embedded database takes some seconds to be made, more while the machine is busy.
    hookTimeout: 60_000,
    // More than there are cores: most of our tests wait for processes and clocks.
    maxWorkers: 5,
    // Tests that run side by side start processes of their own: more of them starve each other.
    maxConcurrency: 2,
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: 'patching', include: PATCHING } },
      {
        extends: true,
        // Modules keep no state: they are loaded once a worker, not once a file.
        test: { name: 'all', include: ['test/**/*.test.ts'], exclude: PATCHING, isolate: false },
      },
    ],
  },
});
