/**
 * Writes the documents that are generated from the code and runbook.yml.
 * With `--check`, it only reports whether they are up to date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbookSchema } from '../src/config/runbook-schema.ts';
import { faultLines, readFacts } from '../src/config.ts';
import { renderDocument } from '../src/runbook/document.ts';
import { renderReference } from './reference.ts';
import { withDiagrams } from './state-diagrams.ts';

const root = join(import.meta.dirname, '..');

const facts = readFacts(join(root, 'runbook.yml'));
if (!facts.ok) {
  process.stderr.write(faultLines(facts.faults));
  process.exit(78);
}

const documents = {
  'docs/runbook.md': renderDocument(facts.value),
  'docs/diagnosis.md': renderReference(facts.value),
  'docs/architecture.md': withDiagrams(readFileSync(join(root, 'docs/architecture.md'), 'utf8')),
  'docs/runbook.schema.json': `${JSON.stringify(runbookSchema(), null, 2)}\n`,
};

for (const [file, text] of Object.entries(documents)) {
  const path = join(root, file);
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    process.stderr.write(`${file} is stale: run \`npm run docs\` and commit it\n`);
    process.exitCode = 1;
  }
}
