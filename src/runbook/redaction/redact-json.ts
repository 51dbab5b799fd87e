/**
 * Redacts JSON as a value before it leaves the process: it stays JSON, and each value is judged together with its name.
 */
import type { Redactor } from './redact.ts';

/** Returns the same document without secrets. Text that is not a JSON object is redacted as text. */
export function redactJson(text: string, redactor: Redactor, indent?: number): string {
  const value = parseObject(text);
  if (value === null) return redactor.text(text);
  return `${JSON.stringify(redactor.deep(value), null, indent)}\n`;
}

function parseObject(text: string): object | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
