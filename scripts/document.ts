/** Writes docs/runbook.md from the code and runbook.yml; with `--check` only says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultLines, readFacts } from '../src/config.ts';
import { renderDocument } from '../src/runbook/document.ts';

const root = join(import.meta.dirname, '..');
const path = join(root, 'docs/runbook.md');

const facts = readFacts(join(root, 'runbook.yml'));
if (!facts.ok) {
  process.stderr.write(faultLines(facts.faults));
  process.exit(78);
}
const text = renderDocument(facts.value);

if (!process.argv.includes('--check')) {
  writeFileSync(path, text);
} else if (readFileSync(path, 'utf8') !== text) {
  process.stderr.write('docs/runbook.md is stale: run `npm run docs` and commit it\n');
  process.exit(1);
}
