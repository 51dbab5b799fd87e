import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, longest first: begun last, one of them would run on alone after all others have ended. */
const SLOWEST = [
  'e2e/watch',
  'proof/killed',
  'e2e/page',
  'cli/acting',
  'e2e/meant',
  'proof/bot',
  'operations/write-faults',
  'e2e/acting',
  'scenarios/faults',
  'cli/doctor',
  'cli/cli',
  'proof/race',
  'operations/watch',
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

/** These patch the process' own HTTP, which others then would meet. */
const PATCHING = [
  'test/github/{client,reader,writer,deploy-reader}.test.ts',
  'test/heroku/{reader,writer}.test.ts',
];

/** Pure ones: they need no database, no process and no port, and are run by themselves with `npm run test:unit`. */
const UNIT = [
  'test/config/**/*.test.ts',
  'test/runbook/**/!(harmless).test.ts',
  'test/slack/views/**/*.test.ts',
  'test/{architecture,docs,log,manifest}.test.ts',
];

/** Makes one migrated database for all. */
const globalSetup = ['test/support/snapshot.ts'];

export default defineConfig({
  test: {
    testTimeout: 15_000,
    // An embedded database takes some seconds to be made, more while the machine is busy.
    hookTimeout: 60_000,
    // More than there are cores: most of our tests wait for processes and clocks.
    maxWorkers: 5,
    // Tests that run side by side start processes of their own: more of them starve each other.
    maxConcurrency: 2,
    sequence: { sequencer: SlowestFirst },
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT, isolate: false } },
      { extends: true, test: { name: 'patching', include: PATCHING } },
      {
        extends: true,
        // Modules keep no state: they are loaded once a worker, not once a file.
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
