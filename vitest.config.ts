import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, longest first. If one of them began last, it would run on alone after the others have ended. */
const SLOWEST = [
  'e2e/meant',
  'proof/killed',
  'slack/actions',
  'e2e/page',
  'e2e/acting',
  'e2e/watch',
  'cli/acting',
  'cli/cli',
  'scenarios/scenarios',
  'scenarios/faults',
  'slack/commands',
  'proof/bot',
  'operations/write-faults',
  'cli/doctor',
  'store/queue',
  'operations/watch-changes',
  'proof/race',
].map((name) => `test/${name}.test.ts`);

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = SLOWEST.findIndex((name) => moduleId.endsWith(name));
      return place < 0 ? SLOWEST.length : place;
    };
    return (await super.sort(files)).toSorted((left, right) => rank(left) - rank(right));
  }
}

/** These patch the HTTP of their process, which would affect other files in it. */
const PATCHING = [
  'test/github/{client,reader,writer,deploy-reader}.test.ts',
  'test/heroku/{reader,writer}.test.ts',
];

/** Pure tests, which need no database, no process and no port: `npm run test:unit`. */
const UNIT = [
  'test/config/**/*.test.ts',
  'test/runbook/**/!(harmless).test.ts',
  'test/{slack/views,support}/**/*.test.ts',
  'test/{architecture,docs,log,manifest}.test.ts',
];

/** Makes one migrated database for all tests. */
const globalSetup = ['test/support/snapshot.ts'];

export default defineConfig({
  test: {
    testTimeout: 15_000,
    // Making an embedded database takes a few seconds, more while the machine is busy.
    hookTimeout: 60_000,
    // More than there are cores, because many tests wait for processes and clocks.
    maxWorkers: 5,
    // Tests that run side by side start processes; more of them would starve each other.
    maxConcurrency: 2,
    sequence: { sequencer: SlowestFirst },
    restoreMocks: true,
    // WebAssembly is not optimised: for the embedded database that takes more time than it saves.
    execArgv: ['--liftoff-only'],
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT, isolate: false } },
      { extends: true, test: { name: 'patching', include: PATCHING } },
      {
        extends: true,
        // Modules keep no state, so they are loaded once per worker, not once per file.
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...UNIT, ...PATCHING],
          isolate: false,
          globalSetup,
        },
      },
    ],
  },
});
