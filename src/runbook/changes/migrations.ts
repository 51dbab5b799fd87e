/** Finds database migrations among the files of a diff. They run with a release, and a rollback does not undo them. */
import type { Diff } from '../model/github.ts';
import type { Observed } from '../model/observed.ts';

/** Matches Django, Alembic, Flask-Migrate, plain SQL, Rails and Prisma migrations. */
const MIGRATION =
  /(?:^|\/)(?:migrations\/(?:[\w.-]+\/)*(?!__init__)[\w.-]+\.(?:py|sql)|(?:alembic|migrations)\/versions\/[\w.-]+\.py|db\/migrate\/[\w.-]+\.(?:rb|sql))$/;

const SHOWN = 4;

export function migrationsIn({ files }: Diff): readonly string[] {
  return files.map(({ path }) => path).filter((path) => MIGRATION.test(path));
}

/** Returns the migrations that a new release brings; empty if there are none. */
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

/** The consequences of a diff for a plan: what cannot be undone, and what else to expect. */
export interface DiffWords {
  readonly warnings: readonly string[];
  readonly expect: readonly string[];
}

/** Names the migrations that a rollback leaves in place. An unread diff does not mean that there are none. */
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
