/** Makes one migrated database for all tests: each test file opens a copy of it, which is much faster than migrating its own. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Db, dumpMemory } from '../../src/store/database/db.ts';
import { migrate } from '../../src/store/database/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    snapshot: string;
  }
}

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/raxx-test');
/** What the database is made of: when one of these files changes, it is made again. */
const MADE_OF = ['package-lock.json', 'migrations/*', 'src/store/database/*.ts', 'test/support/snapshot.ts'];

export default async function setup({ provide }: TestProject) {
  const hash = createHash('sha256');
  for (const file of globSync(MADE_OF, { cwd: ROOT }).toSorted()) hash.update(readFileSync(join(ROOT, file)));
  const file = join(CACHE, `${hash.digest('hex').slice(0, 16)}.tar`);
  if (!existsSync(file)) await make(file);
  provide('snapshot', file);
}

/** Several runs may make it at once: each writes a file of its own and renames it. */
async function make(file: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const dump = await dumpMemory(async (db) => {
    await migrate(db);
    await dropTemplates(db);
  });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
  renameSync(unfinished, file);
}

/** Nothing creates another database, and without the templates a copy has a third of the files: it opens in half of the time. */
async function dropTemplates({ sql }: Db): Promise<void> {
  await sql('update pg_database set datistemplate = false');
  await sql('drop database template0');
  await sql('drop database template1');
}
