/** Whatever comes in is storable, sendable, printable and well-formed when it has passed the border. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { cut, cutAtToken } from '../../src/runbook/text/cut.ts';
import {
  boundLine,
  fromOutside,
  harmless,
  LONGEST_LINE,
  printable,
  valueFromOutside,
  wordsFromOutside,
} from '../../src/runbook/text/harmless.ts';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';

/** Code units as they come, halves of characters among them, with what is dangerous more often than by chance. */
const anything = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        '\0',
        '\ud83d',
        '\ude80',
        '🚀',
        '\u001b[2K',
        '\u001b]8;;x\u0007',
        '\u202e',
        '\r',
        '\n',
        'token=',
      ),
      fc.string(),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const FORBIDDEN = /(?![\n\t])\p{Cc}|[\p{Cs}\u202a-\u202e\u2066-\u2069\u200e\u200f]/u;

describe('text from outside', () => {
  it.each([
    ['half a character', 'a\ud83d b', 'a\ufffd b'],
    ['a NUL', 'a\0b', 'a\ufffdb'],
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    [
      'a title and a link',
      '\u001b]0;title\u0007a \u001b]8;;https://evil\u001b\\link\u001b]8;;\u001b\\',
      'a link',
    ],
    ['what moves the cursor', 'Deploy evil\u001b[1A\u001b[2KDeploy good', 'Deploy evilDeploy good'],
    ['one byte controls', 'a\u009b2Jb\u0085', 'ab<U+0085>'],
    ['a return to the beginning of the line', 'evil\rgood', 'evil␍good'],
    ['line ends of Windows', 'a\r\nb', 'a\nb'],
    ['directions', 'exe.\u202egpj\u202c', 'exe.<U+202E>gpj<U+202C>'],
    ['marks without width', 'pass\u200bword\ufeff', 'password'],
    ['emoji made of many', 'ok 👨‍👩‍👧 日本語\t.', 'ok 👨‍👩‍👧 日本語\t.'],
  ])('is made harmless: %s', (_name, given, expected) => {
    expect(harmless(given)).toBe(expected);
    expect(printable(given.replace('\u001b[0m', ''))).not.toMatch(/\u202e|\r/);
  });

  it('is bounded line by line, and says what was left out', () => {
    const long = '漢'.repeat(LONGEST_LINE + 500);
    const bounded = fromOutside(`short\n${long}\nshort`).split('\n');
    expect(bounded[0]).toBe('short');
    expect(bounded[1]).toMatch(/漢… \(500 more characters\)$/);
    expect(boundLine(long).length).toBeLessThan(LONGEST_LINE + 40);
    expect(bounded[2]).toBe('short');
  });

  it('is well-formed, sendable and printable, whatever it was', () => {
    const redactor = createRedactor({ secrets: ['a-secret-that-is-set'] });
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 80 }), (given, length) => {
        const clean = fromOutside(given);
        for (const text of [
          clean,
          redactor.text(clean),
          cut(clean, length),
          cutAtToken(clean, length),
          wordsFromOutside(given, length),
        ]) {
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toMatch(FORBIDDEN);
          expect(JSON.parse(JSON.stringify({ text }))).toEqual({ text });
          expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
        }
        expect([...cut(clean, length)].length).toBeLessThanOrEqual(length);
        expect(fromOutside(clean)).toBe(clean);
        expect(printable(clean)).toBe(clean);
      }),
      { numRuns: 500 },
    );
  });

  it('reaches keys and values at any depth, and leaves bytes to whoever decodes them', () => {
    const bytes = new ArrayBuffer(2);
    expect(valueFromOutside({ 'a\0': [{ b: '\u202ex', c: 1, d: null }], bytes })).toEqual({
      'a\ufffd': [{ b: '<U+202E>x', c: 1, d: null }],
      bytes,
    });
  });
});

describe('a cut', () => {
  it.each([
    ['between code points', cut('a🚀🚀🚀', 3), 'a🚀…'],
    ['never inside of a mark', cut('password=[redacted:value] and more', 20), 'password=…'],
    [
      'before a token that would be halved',
      cutAtToken('GET /api/quotes status=503', 22),
      'GET /api/quotes …',
    ],
    ['not at all where all fits', cut('abc', 3), 'abc'],
  ])('is made %s', (_name, short, expected) => expect(short).toBe(expected));
});

describe('our own colours', () => {
  it('pass to the terminal, and nothing else does', () => {
    expect(printable('\u001b[1mbold\u001b[22m \u001b[2J\u001b]0;x\u0007\u001b[31mred\u001b[39m')).toBe(
      '\u001b[1mbold\u001b[22m \u001b[31mred\u001b[39m',
    );
  });
});

describe('the database', () => {
  let db: Db;
  beforeAll(async () => {
    db = await openMigrated();
  });
  afterAll(() => db.close());

  it('keeps whatever has passed the border, as text and as JSON, unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (given) => {
        const clean = fromOutside(given);
        const [row] = await db.sql('select $1::text as plain, $2::text::jsonb as json', [
          clean,
          JSON.stringify({ [clean]: clean }),
        ]);
        expect(row).toEqual({ plain: clean, json: { [clean]: clean } });
      }),
      { numRuns: 100 },
    );
  });
});
