/** The terminal itself: where output goes, how a question is asked, and what Ctrl-C does. */

import { createInterface } from 'node:readline';
import type { Ask } from '../cli/confirm.ts';
import type { Terminal } from '../cli/output.ts';
import { createPaint } from '../cli/paint.ts';
import type { Redactor } from '../runbook/redaction/redact.ts';
import { redactJson } from '../runbook/redaction/redact-json.ts';
import { printable, printableJson } from '../runbook/text/harmless.ts';

const { stdin, stdout, stderr } = process;

/**
 * `redactor` is null if no secrets are known.
 * Only our own color codes reach the terminal; other control characters do not.
 */
export function createTerminal(redactor: Redactor | null): Terminal {
  const clean = (text: string) => printable(redactor ? redactor.text(text) : text);
  const answer = (text: string) => printable(redactor ? redactJson(text, redactor, 2) : text);
  const overwrite = (text: string) => void stderr.write(`\r\u001b[2K${text}`);
  return {
    out: (text) => void stdout.write(answer(text)),
    record: (value) => void stdout.write(`${printableJson(redactor ? redactor.deep(value) : value)}\n`),
    err: (text) => void stderr.write(clean(text)),
    progress: (text) => {
      if (stderr.isTTY) overwrite(text);
    },
    step: (text) => {
      const words = clean(text);
      if (!stderr.isTTY) stderr.write(`${words}\n`);
      // A text longer than a line cannot be overwritten, so it stays.
      else overwrite(words.length < stderr.columns ? words : `${words}\n`);
    },
    // In a pipe, isTTY is undefined, which picocolors would take as "detect it yourself".
    paint: createPaint(stdout.isTTY === true && stdout.hasColors()),
  };
}

/** Returns null if stdin is not a terminal. */
export function questioner(): Ask | null {
  if (!stdin.isTTY) return null;
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: stdin, output: stderr });
      lines.once('close', () => resolve(null));
      lines.question(question, (answer) => {
        resolve(answer);
        lines.close();
      });
    });
}

/** The first Ctrl-C stops as soon as it is known what was sent. A second one ends the process immediately. */
export function interruption(terminal: Terminal): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      terminal.progress('');
      terminal.err('Stopping once the request is confirmed…\n');
      controller.abort();
    });
  }
  return controller.signal;
}
