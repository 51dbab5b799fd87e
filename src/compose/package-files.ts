/** Reads files of the package that commands print. */

import { readFileSync } from 'node:fs';
import { asRecord } from '../runbook/model/record.ts';

/** Returns the version of this program, for example `0.1.0`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = asRecord(JSON.parse(text));
  return String(version);
}

export function readManifest(): string {
  return readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8');
}
