/**
 * What redaction costs, for each finder on the text that is worst for it: as a multiple of what it costs to split the same
 * text into words, in the same run. A machine that is busy or slow is so for both.
 */
import { describe, expect, it } from 'vitest';
import { routerFields } from '../../src/runbook/logs/router-line.ts';
import { findConfigured } from '../../src/runbook/redaction/configured.ts';
import { findPrivateKeys } from '../../src/runbook/redaction/pem.ts';
import { createRedactor, LINE_FINDERS } from '../../src/runbook/redaction/redact.ts';
import { harmless } from '../../src/runbook/text/harmless.ts';

const redactor = createRedactor({ secrets: ['a-secret-that-is-set', 'postgres://raptor:s3cr3t-word@db/d1'] });

/** Beginnings of what each finder looks for, which never come to their end. */
const PREFIXES = [
  ...[
    'a',
    'Ab1',
    '0123456789abcdef',
    '漢字',
    '🚀',
    '\\',
    '"',
    "'",
    '=',
    ':',
    '@',
    '[redacted:value]',
    '[redacted:',
  ],
  ...[
    'password=',
    'password ',
    'password: x ',
    'token:"',
    "token:'a",
    'token:"\\a',
    'token token ',
    '"token","',
    'sig=',
  ],
  ...[
    'key ',
    'key=a&',
    'key=&',
    'api key ',
    '--token ',
    '<password ',
    '<password>',
    '"password">',
    '<password><![CDATA[',
    '\\u0022token',
    '\\npassword',
    '&quot;',
  ],
  ...[
    'token: str = ',
    'password, value=',
    'secret is ',
    'authorization: a ',
    'Authorization: Digest ',
    "'authorization', '",
  ],
  ...[
    'cookie: a',
    'cookie: a=',
    'Bearer ',
    'bearer aaaa-',
    'Basic ',
    'basic ab',
    'https://',
    'a://b@',
    'https://a:b',
    'a:b@',
  ],
  ...[
    'a:b@tcp',
    '://',
    'path="/a',
    'path=path=',
    '/path=path=',
    'path="\\a',
    'path=/a?',
    'fwd="',
    'fwd=',
    '@a.',
    'a@',
    'a@b.',
  ],
  ...[
    'mysql -p',
    'mysql ',
    'curl -u a ',
    'curl -u a:',
    'redis-cli -a ',
    'sk-',
    'sk-a1',
    'xoxb-',
    'ghp_',
    'eyJ-',
    'eyJa.',
  ],
  ...['SG.a.', '1//0', 'EAA', 'AKIA', 'hooks.slack.com/a/', 'v1.0-a', 'pat', '-----BEGIN PRIVATE KEY-----'],
  ...['-----BEGIN ', '-----BEGIN PRIVATE KEY-----a', 'a-secret-that-is-se', 'postgres://raptor:'],
];

const FINDERS: Readonly<Record<string, (text: string) => unknown>> = {
  ...LINE_FINDERS,
  configured: findConfigured(['a-secret-that-is-set', 'postgres://raptor:s3cr3t-word@db/d1']),
  keys: findPrivateKeys,
  redactor: (text) => redactor.logLine({ at: null, source: 'app', process: 'web.1', text }),
  harmless: (text) => harmless(`${text}\0`),
  routerFields,
};

const repeat = (unit: string, length: number) =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** The least of some short runs, in milliseconds: one of them has the processor for itself. */
function cost(work: () => unknown, runs = 5): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

/** Whether the ratio is kept, with more runs of what is too slow: on a busy machine a long one is seldom left alone. */
function ratio(work: () => unknown, unit: number, budget: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 20 && least / unit >= budget; attempt += 1)
    least = Math.min(least, cost(work));
  return least / unit;
}

/** For a 4 kB line with as many words as possible; less is below the resolution of a clock. */
const words = repeat('ab ', 4_000);
const splitting = () =>
  Math.max(
    0.1,
    cost(() => words.split(/(?<=\W)/).map((word) => word.trim()).length),
  );

/**
 * How much longer one text of eight times the length takes than eight of the short one, which take as long where time grows
 * with the length: on a busy machine both are disturbed alike. The least of some attempts, until it is below `limit`.
 */
function growthOf(find: (text: string) => unknown, prefix: string, limit: number): number {
  const [short, long] = [repeat(prefix, 2_000), repeat(prefix, 16_000)];
  let [eight, one] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < 40 && (attempt < 2 || one / eight >= limit); attempt += 1) {
    const began = performance.now();
    for (let count = 0; count < 8; count += 1) find(short);
    const between = performance.now();
    find(long);
    eight = Math.min(eight, Math.max(0.05, between - began));
    one = Math.min(one, performance.now() - between);
  }
  return one / eight;
}

describe.each(Object.entries(FINDERS))('the budget of %s', (_name, find) => {
  it('is kept by the worst prefix of each rule, and grows with the length only', () => {
    const unit = splitting();
    const [BUDGET, GROWTH] = [40, 4];
    for (const prefix of PREFIXES) {
      const short = repeat(prefix, 4_000);
      expect(
        ratio(() => find(short), unit, BUDGET),
        `4 kB of ${prefix}`,
      ).toBeLessThan(BUDGET);
      // Its square would be eight times as much.
      expect(growthOf(find, prefix, GROWTH), `the growth of ${prefix}`).toBeLessThan(GROWTH);
    }
  }, 120_000);
});
