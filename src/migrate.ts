/** Composition root of the release phase: migrates the database before the new code starts, and exits. */
import { EXIT_CONFIG, faultLines, readDatabaseUrl } from './config.ts';
import { createRedactor } from './runbook/redaction/redact.ts';
import { openPostgres } from './store/database/db.ts';
import { migrate } from './store/database/migrate.ts';

const url = readDatabaseUrl();
if (!url.ok) {
  process.stderr.write(`raxx-chatops is not configured:\n${faultLines(url.faults)}`);
  process.exit(EXIT_CONFIG);
}

const redactor = createRedactor({ secrets: [url.value] });
const say = (stream: NodeJS.WriteStream, words: string) => stream.write(`${redactor.text(words)}\n`);

const db = openPostgres(url.value, {
  onError: (error) => say(process.stderr, `The database: ${error.message}`),
});
try {
  const done = await migrate(db);
  say(process.stdout, done.length === 0 ? 'The database is up to date.' : `Migrated: ${done.join(', ')}.`);
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  say(process.stderr, `The database was not migrated: ${why}`);
  process.exitCode = 1;
} finally {
  await db.close();
}
