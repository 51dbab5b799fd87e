/** Migrations among the files of a diff, and what a deploy and a rollback say of them. */
import { expect, it } from 'vitest';
import { leftMigrations, migrationsIn, shippedMigrations } from '../../../src/runbook/changes/migrations.ts';
import { seen, unseen } from '../../support/evidence.ts';

const diff = (...paths: readonly string[]) => ({
  files: paths.map((path) => ({ path, before: null })),
  isWhole: true,
});

it('are recognized by their path', () => {
  const found = [
    'migrations/0042_portfolios.py',
    'raptor/orders/migrations/0001_initial.py',
    'alembic/versions/4f07_add.py',
    'db/migrate/20260501_add.rb',
    'migrations/0007.sql',
  ];
  const others = [
    'raptor/migrations/__init__.py',
    'docs/migrations.md',
    'raptor/migrate.py',
    'versions/1.py',
  ];
  expect(migrationsIn(diff(...found, ...others))).toEqual(found);
});

it('are listed by a deploy, which says that a rollback does not undo them', () => {
  expect(shippedMigrations(diff('app.py', 'migrations/0042_x.py'))).toEqual([
    'migrations/0042_x.py runs with this release; a rollback does not undo it.',
  ]);
  expect(shippedMigrations(diff('migrations/1.sql', 'migrations/2.sql'))[0]).toBe(
    'migrations/1.sql, migrations/2.sql run with this release; a rollback does not undo them.',
  );
  expect(shippedMigrations(diff('app.py'))).toEqual([]);
  expect(shippedMigrations({ ...diff('app.py'), isWhole: false })).toHaveLength(1);
});

it('are listed by a rollback, which also says when they could not be read', () => {
  expect(leftMigrations(seen(diff('migrations/0042_x.py'))).warnings).toEqual([
    'migrations/0042_x.py came with the releases it undoes; a rollback does not undo it.',
  ]);
  expect(leftMigrations(seen(diff('app.py')))).toEqual({
    warnings: [],
    expect: ['No migration file differs between the two releases.'],
  });
  expect(leftMigrations(unseen('timeout', 'GitHub compare: no answer')).warnings).toEqual([
    "Can't tell whether the releases it undoes had migrations (GitHub compare: no answer).",
  ]);
});
