/** What reaches the terminal: no secrets, and no control sequences except our own colours. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTerminal } from '../src/compose/terminal.ts';
import { createRedactor } from '../src/runbook/redaction/redact.ts';

const SECRET = 'HRKU-a-secret-that-is-set';
const HOSTILE = `Deploy evil ${SECRET}\u001b[1A\u001b[2K\rDeploy good\u202e`;

let [out, err] = ['', ''];
beforeEach(() => {
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

describe('the terminal', () => {
  it.each(['out', 'err', 'step'] as const)('shows no secret and no control sequence through %s', (way) => {
    createTerminal(createRedactor({ secrets: [SECRET] }))[way](`\u001b[1m${HOSTILE}\u001b[22m\n`);
    const shown = `${out}${err}`;
    expect(shown).not.toContain(SECRET);
    expect(shown).toContain('\u001b[1mDeploy evil [redacted:secret]␍Deploy good<U+202E>\u001b[22m');
  });

  it('prints JSON that is redacted value by value and still parses', () => {
    const value = { password: 12_345_678, token: 'swordfish-9', said: `"password": 12345678 ${SECRET}` };
    createTerminal(createRedactor({ secrets: [SECRET] })).out(`${JSON.stringify(value, null, 2)}\n`);
    expect(JSON.parse(out)).toEqual({
      password: 12_345_678,
      token: '[redacted:value]',
      said: '"password": [redacted:value] [redacted:secret]',
    });
  });

  it('shows no control sequence without a redactor, either', () => {
    createTerminal(null).out('a\u001b[2Jb\n');
    expect(out).toBe('ab\n');
  });
});
