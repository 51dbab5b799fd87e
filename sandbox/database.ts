/** Provides an empty database for each bot. It is created once and then copied, because creating one takes seconds. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/raxx-sandbox');
/** Inputs of the database. If one of these files changes, the database is created again. */
const MADE_OF = ['package-lock.json', 'src/store/queue.ts', 'scripts/make-database.ts'];

/** Returns the folder of an empty, migrated database that can be copied. Rejects if it cannot be created. */
export async function prepareDatabase(): Promise<string> {
  const files = [...MADE_OF, ...globSync('migrations/*.sql', { cwd: ROOT }).toSorted()];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(ROOT, file)));
  const template = join(CACHE, hash.digest('hex').slice(0, 16));
  if (!existsSync(template)) await make(template);
  return template;
}

/** Several sandboxes may create it at the same time. The first one to finish renames its copy to `template`. */
async function make(template: string): Promise<void> {
  const unfinished = `${template}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const script = join(ROOT, 'scripts/make-database.ts');
  const child = spawn(process.execPath, [script, unfinished], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The empty database could not be made: ${complaint.trim()}`);
  try {
    renameSync(unfinished, template);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
}

export function copyDatabase(template: string, folder: string): void {
  cpSync(template, folder, { recursive: true });
}
