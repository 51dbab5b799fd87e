import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/snapshot.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 15_000,
    // An embedded database takes some seconds to be made, more while the machine is busy.
    hookTimeout: 60_000,
    // More than there are cores: most of our tests wait for processes and clocks.
    maxWorkers: '150%',
    restoreMocks: true,
  },
});
