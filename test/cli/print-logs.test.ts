/** The log at the terminal. */
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { printLogs } from '../../src/cli/print-logs.ts';
import { toLogReport } from '../../src/operations/diagnosis/log-report.ts';
import { contextOf, evidence, logWindow, seen } from '../support/evidence.ts';

function print(...lines: readonly string[]): string {
  const logs = seen(logWindow(...lines));
  return printLogs(
    toLogReport({ evidence: evidence({ logs }), context: contextOf() }),
    picocolors.createColors(false),
  );
}

describe('a printed log', () => {
  it.each([
    ['Last 1 of 1 line, times in UTC', ['-5 app[web.1]: ready']],
    ['Last 2 of 2 lines, times in UTC', ['-5 app[web.1]: ready', '-4 app[web.1]: steady']],
  ])('counts its lines: %s', (title, lines) => {
    expect(print(...lines)).toContain(`\n${title}\n`);
  });
});
