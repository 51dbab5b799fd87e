/** Writes the team's runbook file with every URL changed to loopback, so that the bot reads the local world. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { applyPatch, type Plain } from './patch.ts';

export interface LocalAddresses {
  /** Origin of each target's app, by Heroku app name. */
  readonly apps: Readonly<Record<string, string>>;
  readonly console: string;
}

/**
 * Reads the runbook at `from`, applies `patches` in order, and writes it to `to`.
 * Throws if a target's app has no local URL.
 */
export function writeLocalRunbook(
  from: string,
  to: string,
  addresses: LocalAddresses,
  patches: readonly Plain[] = [],
): void {
  const document = parseDocument(readFileSync(from, 'utf8'));
  for (const [key, value] of patches.flatMap((patch) => Object.entries(patch))) {
    const before: Plain = document.toJS();
    document.set(key, document.createNode(applyPatch(before[key], value)));
  }
  const { targets }: { targets: Record<string, { app: string }> } = document.toJS();
  for (const [name, { app }] of Object.entries(targets)) {
    const url = addresses.apps[app];
    if (url === undefined) throw new Error(`the local world has no app ${app}, which the runbook names`);
    document.setIn(['targets', name, 'url'], url);
  }
  document.setIn(['freeze', 'console'], addresses.console);
  writeFileSync(to, document.toString());
}
