/** A folder with a migrated, empty embedded database. It is copied from one that is kept, because making one takes seconds. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyDatabase, prepareDatabase } from '../../sandbox/database.ts';

/** Fills the folder, or a new temporary one, and returns it. */
export async function embeddedFolder(
  folder = mkdtempSync(join(tmpdir(), 'raxx-database-test-')),
): Promise<string> {
  copyDatabase(await prepareDatabase(), folder);
  return folder;
}
