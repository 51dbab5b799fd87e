import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/snapshot.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 15_000,
    // An embedded database takes some seconds to be made, more while the machine is busy.
    hookTimeout: 60_000,
    // The default leaves one core free; most of our tests wait for processes and clocks.
    maxWorkers: '100%',
    restoreMocks: true,
  },
});
