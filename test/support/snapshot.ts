/** Makes one migrated database for all tests: each opens a copy of it, which is much faster than making its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { dumpMemory } from '../../src/store/database/db.ts';
import { migrate } from '../../src/store/database/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    snapshot: string;
  }
}

export default async function setup({ provide }: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'raxx-snapshot-'));
  const file = join(folder, 'migrated.tar');
  const dump = await dumpMemory(migrate);
  await writeFile(file, Buffer.from(await dump.arrayBuffer()));
  provide('snapshot', file);
  return () => rmSync(folder, { recursive: true, force: true });
}
