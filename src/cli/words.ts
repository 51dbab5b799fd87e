/** Shows statuses and verdicts as a sign and a word with a color. The word alone is enough. */

import type { Status, Verdict } from '../runbook/model/terms.ts';
import type { Paint } from './paint.ts';

export function statusWord(status: Status, paint: Paint): string {
  switch (status) {
    case 'pass':
      return paint.green('✓ pass   ');
    case 'warn':
      return paint.yellow('! warn   ');
    case 'fail':
      return paint.red('✗ fail   ');
    case 'unknown':
      return paint.magenta('? unknown');
  }
}

export function verdictWord(verdict: Verdict, paint: Paint): string {
  const word = verdict.toUpperCase();
  switch (verdict) {
    case 'healthy':
      return paint.bold(paint.green(word));
    case 'degraded':
      return paint.bold(paint.yellow(word));
    case 'down':
    case 'stopped':
      return paint.bold(paint.red(word));
    case 'unknown':
      return paint.bold(paint.magenta(word));
  }
}
