/** `node scripts/make-database.ts FOLDER`: creates an empty, migrated embedded database, whose copies open quickly. */
import { openEmbedded } from '../src/store/database/db.ts';
import { migrate } from '../src/store/database/migrate.ts';
import { openQueue } from '../src/store/queue.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Usage: node scripts/make-database.ts FOLDER\n');
  process.exit(64);
}

const db = await openEmbedded(folder);
await migrate(db);
const queue = await openQueue(db.bossOptions, {
  onError: (error) => process.stderr.write(`${error.message}\n`),
});
await queue.stop(0);
await db.close();
process.exit(0);
