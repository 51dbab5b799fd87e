/** The facts of the team's own runbook file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRunbook } from '../../src/config/runbook-file.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';

function readTeamFacts(): Facts {
  const parsed = parseRunbook(readFileSync(join(import.meta.dirname, '../../runbook.yml'), 'utf8'));
  if (!parsed.ok) throw new Error('runbook.yml is not valid');
  return parsed.value;
}

export const testFacts: Facts = readTeamFacts();
