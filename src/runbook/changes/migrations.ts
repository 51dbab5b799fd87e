/** Migrations of the database among the files of a diff: they run with a release, and no rollback undoes them. */
import type { Diff, Observed } from '../model/evidence.ts';

/** Django, Alembic, Flask-Migrate, plain SQL, Rails, Prisma. */
const MIGRATION =
  /(?:^|\/)(?:migrations\/(?:[\w.-]+\/)*(?!__init__)[\w.-]+\.(?:py|sql)|(?:alembic|migrations)\/versions\/[\w.-]+\.py|db\/migrate\/[\w.-]+\.(?:rb|sql))$/;

const SHOWN = 4;

export function migrationsIn({ files }: Diff): readonly string[] {
  return files.map(({ path }) => path).filter((path) => MIGRATION.test(path));
}

/** Of a release that ships: what comes with it. Nothing where there is none. */
export function shippedMigrations(diff: Diff): readonly string[] {
  const found = migrationsIn(diff);
  const runs = found.length === 1 ? 'runs' : 'run';
  return [
    ...(found.length === 0
      ? []
      : [
          `${named(found)} ${runs} with this release; a rollback does not undo ${found.length === 1 ? 'it' : 'them'}.`,
        ]),
    ...(diff.isWhole ? [] : ['It changes more files than can be read: there may be more migrations.']),
  ];
}

/** Of a rollback: what came with the releases that it leaves. Not read is not none. */
export function leftMigrations(seen: Observed<Diff>): readonly string[] {
  if (!seen.ok) return [`Whether migrations came with what it leaves could not be read (${seen.detail}).`];
  const found = migrationsIn(seen.value);
  if (found.length > 0)
    return [
      `${named(found)} came with what it leaves; a rollback does not undo ${found.length === 1 ? 'it' : 'them'}.`,
    ];
  return seen.value.isWhole
    ? ['No migration file differs between the two releases.']
    : ['No migration is among the files that could be read; more differ than can be read.'];
}

function named(paths: readonly string[]): string {
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
  return paths.slice(0, SHOWN).join(', ') + more;
}
