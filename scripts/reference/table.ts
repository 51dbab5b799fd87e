/** Builds a table in Markdown, and the cells of a diagnosis. */
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import type { CheckId } from '../../src/runbook/model/terms.ts';

/** Diagnoses a healthy world in which only the given evidence differs. */
export type Ask = (more: Partial<Evidence>) => Diagnosis;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

export function list(items: readonly string[]): string {
  return items.join(', ');
}

export function statusOf({ findings }: Diagnosis, id: CheckId): string {
  return findings.find((finding) => finding.id === id)?.status ?? '';
}

export function summaryOf({ findings }: Diagnosis, id: CheckId): string {
  return findings.find((finding) => finding.id === id)?.summary ?? '';
}

export function offersOf({ actions }: Diagnosis): string {
  return list(actions);
}
