/** A folder with an embedded database that is migrated and empty: copied from one that is kept, because making one takes seconds. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyDatabase, prepareDatabase } from '../../sandbox/database.ts';

/** Fills the folder, or a new one in the system's place for temporary files, and returns it. */
export async function embeddedFolder(
  folder = mkdtempSync(join(tmpdir(), 'raxx-database-test-')),
): Promise<string> {
  copyDatabase(await prepareDatabase(), folder);
  return folder;
}
