import { expect, it } from 'vitest';
import { createLog, sparingly } from '../src/log.ts';
import { createRedactor } from '../src/runbook/redaction/redact.ts';

it('writes JSON lines without secrets, whatever is logged', () => {
  const lines: string[] = [];
  const redactor = createRedactor({ secrets: ['a-secret-that-is-set'] });
  const log = createLog('info', redactor, { write: (line: string) => void lines.push(line) });
  log.error(
    {
      err: new Error('no answer of https://u:hunter2@h, {"password": 12345678, "a": "a-secret-that-is-set"}'),
      token: 'swordfish-9',
      half: '\ud83d',
    },
    'said Authorization: Bearer abc.def-123456',
  );
  const [line = ''] = lines;
  expect(line.endsWith('}\n')).toBe(true);
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    token: '[redacted:value]',
    msg: 'said Authorization: [redacted:credential]',
  });
  expect(line).not.toMatch(/hunter2|12345678|a-secret-that|swordfish|abc\.def/);
});

it('reports the first error at once, then one per ten seconds with the number left out', () => {
  let now = 0;
  const messages: string[] = [];
  const tell = sparingly(
    10_000,
    () => now,
    ({ message }: Error, leftOut) => void messages.push(`${message} ${leftOut}`),
  );
  for (const second of [0, 1, 9, 10, 11, 60]) {
    now = second * 1_000;
    tell(new Error(`at ${second}`));
  }
  expect(messages).toEqual(['at 0 0', 'at 10 2', 'at 60 1']);
});
