/** Database migrations among the files of a diff: they run with a release, and a rollback does not undo them. */
import type { Diff } from '../model/github.ts';
import type { Observed } from '../model/observed.ts';

/** Django, Alembic, Flask-Migrate, plain SQL, Rails, Prisma. */
const MIGRATION =
  /(?:^|\/)(?:migrations\/(?:[\w.-]+\/)*(?!__init__)[\w.-]+\.(?:py|sql)|(?:alembic|migrations)\/versions\/[\w.-]+\.py|db\/migrate\/[\w.-]+\.(?:rb|sql))$/;

const SHOWN = 4;

export function migrationsIn({ files }: Diff): readonly string[] {
  return files.map(({ path }) => path).filter((path) => MIGRATION.test(path));
}

/** For a new release: the migrations that come with it. Empty if there are none. */
export function shippedMigrations(diff: Diff): readonly string[] {
  const found = migrationsIn(diff);
  const runs = found.length === 1 ? 'runs' : 'run';
  return [
    ...(found.length === 0
      ? []
      : [
          `${named(found)} ${runs} with this release; a rollback does not undo ${found.length === 1 ? 'it' : 'them'}.`,
        ]),
    ...(diff.isWhole ? [] : ['Its diff is too large to read in full: there may be more migrations.']),
  ];
}

/** What a diff means for a plan: what no undo takes back, and what else to expect. */
export interface DiffWords {
  readonly warnings: readonly string[];
  readonly expect: readonly string[];
}

/** For a rollback: the migrations of the releases that it undoes. An unread diff does not mean that there are none. */
export function leftMigrations(seen: Observed<Diff>): DiffWords {
  if (!seen.ok) return warning(`Can't tell whether the releases it undoes had migrations (${seen.detail}).`);
  const found = migrationsIn(seen.value);
  if (found.length > 0)
    return warning(
      `${named(found)} came with the releases it undoes; a rollback does not undo ${found.length === 1 ? 'it' : 'them'}.`,
    );
  return seen.value.isWhole
    ? { warnings: [], expect: ['No migration file differs between the two releases.'] }
    : warning('No migration among the files that were read; the diff is too large to read in full.');
}

function warning(words: string): DiffWords {
  return { warnings: [words], expect: [] };
}

function named(paths: readonly string[]): string {
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
  return paths.slice(0, SHOWN).join(', ') + more;
}
