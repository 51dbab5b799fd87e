/** Evidence made fit to be judged and shown: no secrets, no control characters. */
import { stripVTControlCharacters } from 'node:util';
import type { Evidence, LogLine } from '../runbook/evidence.ts';
import type { Redactor } from '../runbook/redact.ts';

/**
 * The same evidence without secrets; app log text loses its e-mail addresses and its terminal control sequences too.
 * Before anybody judges, shortens or shows it: a secret cut in half is no longer recognised.
 */
export function redactEvidence(evidence: Evidence, redactor: Redactor): Evidence {
  const { logs, ...rest } = evidence;
  const clean = redactor.deep(rest);
  if (!logs.ok) return { ...clean, logs: redactor.deep(logs) };
  const lines = logs.value.lines.map((line) => redactor.logLine(withoutControls(line)));
  return { ...clean, logs: { ...logs, value: { ...logs.value, lines } } };
}

/** Apps colour their logs, and an attacker may do worse to the reader's terminal: C0, C1 and bidi controls go. */
const CONTROLS = /(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

function withoutControls(line: LogLine): LogLine {
  return { ...line, text: stripVTControlCharacters(line.text).replace(CONTROLS, '') };
}
