/** Redaction, both ways: what must not come out, and what a diagnosis needs and must come out as it is. */
import { readFileSync } from 'node:fs';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';

const { text, logLine } = createRedactor({ secrets: [] });
const inLog = (given: string) => logLine({ at: 1, source: 'app', process: 'web.1', text: given }).text;

const { secrets, innocent } = z
  .object({
    secrets: z.array(z.object({ name: z.string(), text: z.string(), secret: z.string() })),
    innocent: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(new URL('redaction.cases.json', import.meta.url), 'utf8')));

const CHARACTERS: Readonly<Record<string, string>> = {
  hex: '0123456789abcdef',
  HEX: '0123456789ABCDEF',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  alnum: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
};

const HOLE = /\{(\w+)(?::(\d+))?\}/g;

/** Random values for the holes of a case; the same hole of the text and of the secret gets the same value. */
function fill({ text: given, secret }: { text: string; secret: string }): fc.Arbitrary<[string, string]> {
  const holes = [...given.matchAll(HOLE)].map(([hole, kind = '', length = '0']) => ({ hole, kind, length }));
  const values = holes.map(({ kind, length }) =>
    kind === 'uuid'
      ? fc.uuid()
      : fc
          .array(fc.constantFrom(...(CHARACTERS[kind] ?? 'x')), {
            minLength: Number(length),
            maxLength: Number(length),
          })
          .map((signs) => signs.join('')),
  );
  return fc.tuple(...values).map((chosen) => {
    const into = (template: string) => {
      const left = holes.map(({ hole }, index) => ({ hole, value: chosen[index] ?? '' }));
      return template.replace(HOLE, (hole) => {
        const at = left.findIndex((one) => one.hole === hole);
        return at < 0 ? hole : (left.splice(at, 1)[0]?.value ?? '');
      });
    };
    return [into(given), into(secret)];
  });
}

describe('a planted secret', () => {
  it.each(secrets)('does not come out: $name', (one) => {
    fc.assert(
      fc.property(fill(one), ([given, secret]) => {
        // A random value with fewer than two digits can read like a name: it says nothing about the rule.
        fc.pre(/\d.*\d/.test(secret) || !one.secret.includes('{'));
        expect(text(given)).not.toContain(secret);
        expect(inLog(given)).not.toContain(secret);
        expect(text(text(given))).toBe(text(given));
        expect(text(`before ${given}`)).not.toContain(secret);
        expect(text(JSON.stringify({ msg: given }))).not.toContain(secret);
      }),
      { numRuns: 25 },
    );
  });
});

describe('what a diagnosis needs', () => {
  it.each(innocent)('comes out as it is: %s', (given) => {
    expect(text(given)).toBe(given);
    expect(inLog(given)).toBe(given);
  });
});

/** Made by the forms that the vendors publish; each is filled with random values. */
const VENDORS = [
  'AKIA{upper:16}',
  'ghp_{alnum:36}',
  'github_pat_{alnum:22}_{alnum:59}',
  'gho_{alnum:36}',
  'xoxb-123456789012-123456789012-{alnum:24}',
  'xapp-1-A0123456789-1234567890123-{hex:64}',
  'https://hooks.slack.com/services/T0123ABCD/B0123ABCD/{alnum:24}',
  'SG.{base64url:22}.{base64url:43}',
  'npm_{alnum:36}',
  '//registry.npmjs.org/:_authToken={uuid}',
  'sk-ant-api03-{base64url:93}AA',
  'sk-proj-{alnum:74}T3BlbkFJ{alnum:74}',
  'lin_api_{alnum:40}',
  'shpat_{hex:32}',
  'postgres://raptor:{alnum:24}@ec2-1-2-3-4.compute-1.amazonaws.com:5432/d1',
  'mongodb+srv://raptor:{alnum:24}@cluster0.mongodb.net/d1',
  'https://raptor:{alnum:24}@raxx.app/x',
  'hf_{alnum:34}',
  'glpat-{alnum:20}',
  'dckr_pat_{alnum:27}',
  'hvs.{alnum:95}',
  'figd_{alnum:40}',
  'sntryu_{hex:64}',
  '-----BEGIN RSA PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END RSA PRIVATE KEY-----',
];

async function foundBySecretlint(content: string): Promise<number> {
  const { messages } = await lintSource({
    source: { filePath: '/app.log', content, contentType: 'text', ext: '.log' },
    options: { config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] } },
  });
  // A mark in place of a password may look like one.
  return messages.filter(({ range: [from, to] }) => !content.slice(from, to).includes('[redacted')).length;
}

describe('an AWS key id', () => {
  it('does not come out where chance has given it no digit, and words of that length do', () => {
    expect(text('AKIATELZUDIQEPDZWWTW')).toBe('[redacted:aws-key]');
    expect(text('ASIAPACIFICSOUTHEAST')).toBe('ASIAPACIFICSOUTHEAST');
  });
});

describe('a second opinion', () => {
  it('finds tokens of many vendors in the text, and none of them after redaction', async () => {
    for (const values of fc.sample(fc.tuple(...VENDORS.map((one) => fill({ text: one, secret: '' }))), 5)) {
      const given = values.map(([filled]) => filled).join('\n');
      expect(await foundBySecretlint(given)).toBeGreaterThan(10);
      expect(await foundBySecretlint(text(given))).toBe(0);
      for (const [filled] of values) expect(text(filled)).toContain('[redacted');
    }
  });
});
