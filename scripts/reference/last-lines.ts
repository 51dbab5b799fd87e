/** Documents the last lines of a process, and the cause that a diagnosis derives from them. */
import { causeOf } from '../../src/runbook/logs/crash-cause.ts';
import type { Facts, Target } from '../../src/runbook/model/runbook-config.ts';
import { causeWords } from '../../src/runbook/modes/crash-loop/cause-words.ts';
import { fillIn } from '../../src/runbook/text/placeholders.ts';
import { NOW } from './healthy-world.ts';
import { list, table } from './table.ts';

const TRACE = ['Traceback (most recent call last):', '  File "/app/raptor/settings.py", line 9, in <module>'];

const WRITTEN: readonly (readonly string[])[] = [
  [...TRACE, '    KEY = os.environ["SESSION_SECRET"]', "KeyError: 'SESSION_SECRET'"],
  [...TRACE, '    return book[symbol]', "KeyError: 'NVDA'"],
  [
    ...TRACE,
    'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings',
    'database_url',
    '  Field required [type=missing]',
  ],
  [...TRACE, "ModuleNotFoundError: No module named 'jwt'"],
  [...TRACE, "ModuleNotFoundError: No module named 'raptor.quotes'"],
  [...TRACE, "ImportError: cannot import name 'url_quote' from 'werkzeug.urls'"],
  ['bash: line 1: gunicorn: command not found'],
  ['bash: ./start.sh: Permission denied'],
  ['Error: No such option: --prot'],
];

export function lastLines(facts: Facts, target: Target): string {
  return table(
    ['written', 'read as', 'fix'],
    WRITTEN.map((lines) => row(lines, facts, target)),
  );
}

function row(lines: readonly string[], facts: Facts, target: Target): string[] {
  const written = lines.map((text) => ({ at: NOW - 60_000, source: 'app', process: 'web.1', text }));
  const cause = causeOf(written, 'gunicorn raptor.wsgi');
  const fix = cause ? (causeWords(cause).fix ?? []).map((text) => fillIn(text, facts, target)) : [];
  return [
    `\`${lines.at(-1)?.trim().startsWith('Field') ? lines.at(-3) : lines.at(-1)}\``,
    cause?.kind.replaceAll('_', ' ') ?? '',
    list(fix),
  ];
}
