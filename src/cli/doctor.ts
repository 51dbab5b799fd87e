/** `raxx doctor`: checks whether everything is set up and reachable. Prints one line per check, with what to do. */
import type { Checkup } from '../operations/diagnosis/doctor.ts';
import { EXIT, type Terminal } from './output.ts';
import type { Paint } from './paint.ts';

/** Exit status: 1 if something has to be fixed, 2 if something is unknown, 0 otherwise. A warning does not count. */
export function runDoctor(checkups: readonly Checkup[], json: boolean, { out, paint }: Terminal): number {
  if (json) out(`${JSON.stringify({ schema: 1, checkups }, null, 2)}\n`);
  else out(checkups.map((one) => `${lineOf(one, paint)}\n`).join(''));
  const statuses = checkups.map(({ status }) => status);
  if (statuses.includes('fail')) return EXIT.problem;
  return statuses.includes('unknown') ? EXIT.unknown : EXIT.ok;
}

/** Use no colon after the name, because the redactor would treat `TOKEN: word` as a secret. */
function lineOf({ status, about, words }: Checkup, paint: Paint): string {
  return `${statusWord(status, paint)} ${paint.bold(about)} · ${words}`;
}

function statusWord(status: Checkup['status'], paint: Paint): string {
  switch (status) {
    case 'ok':
      return paint.green('✓ ok     ');
    case 'warn':
      return paint.yellow('! warn   ');
    case 'fail':
      return paint.red('✗ fail   ');
    case 'unknown':
      return paint.magenta('? unknown');
  }
}
