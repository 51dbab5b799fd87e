/** JSON that leaves the process is redacted as the value that it is: it stays JSON, and names reach their values. */
import type { Redactor } from './redact.ts';

/** The same document without secrets; what is no JSON object is redacted as text. */
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
