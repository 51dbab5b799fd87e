/**
 * `raxx runbook check [FILE]`: validates a runbook file, and warns about rules under which nobody else could approve.
 */
import { unapprovable } from '../runbook/actions/approval-rules.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import { EXIT, type Terminal } from './output.ts';

type Parsed =
  | { readonly ok: true; readonly value: Facts }
  | { readonly ok: false; readonly faults: readonly { readonly path: string; readonly words: string }[] };

/** Exit status: 78 on a fault, 0 otherwise. A rule under which nobody else could approve is a warning, not a fault. */
export function runRunbookCheck(path: string, parsed: Parsed, json: boolean, { out }: Terminal): number {
  if (!parsed.ok) {
    if (json) out(`${JSON.stringify({ schema: 1, ok: false, faults: parsed.faults }, null, 2)}\n`);
    else out(parsed.faults.map((fault) => `${fault.path} ${fault.words}\n`).join(''));
    return EXIT.config;
  }
  const warnings = unapprovable(parsed.value);
  if (json) out(`${JSON.stringify({ schema: 1, ok: true, warnings }, null, 2)}\n`);
  else {
    const targets = parsed.value.targets.map(({ name, app }) => `${name} (${app})`).join(', ');
    out(`${path} is valid. Targets: ${targets}.\n${warnings.map((words) => `Warning: ${words}\n`).join('')}`);
  }
  return EXIT.ok;
}
