import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';

const SECRET = 'HRKU-aaaa/bbbb+"cc\\dd';
const KEY =
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0123456789\nabcdefghijklmnopqrstuvwxyz\n-----END RSA PRIVATE KEY-----';
const redactor = createRedactor({ secrets: [SECRET, KEY, 'hook-secret-4711'] });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a configured secret', () => {
  it.each([
    ['as it is', `token ${SECRET} used`, SECRET],
    ['in a URL', `?key=${encodeURIComponent(SECRET)}`, encodeURIComponent(SECRET)],
    ['in JSON', JSON.stringify({ a: SECRET }), JSON.stringify(SECRET).slice(1, -1)],
    ['in JSON with escaped slashes', 'HRKU-aaaa\\/bbbb+\\"cc\\\\dd', 'bbbb'],
    ['in base64', base64(SECRET), base64(SECRET)],
    ['in base64 behind a user', base64(`user:${SECRET}`), base64(`user:${SECRET}`).slice(8, -4)],
    ['in base64 behind one letter', base64(`:${SECRET}`), base64(`:${SECRET}`).slice(4, -4)],
    ['in capitals', SECRET.toUpperCase(), 'BBBB'],
    ['in hex', Buffer.from(SECRET).toString('hex'), Buffer.from(SECRET).toString('hex')],
    [
      'in hex in capitals',
      Buffer.from(`x${SECRET}`).toString('hex').toUpperCase(),
      Buffer.from(SECRET).toString('hex').toUpperCase(),
    ],
    ['in HTML', SECRET.replaceAll('"', '&quot;'), 'bbbb'],
    ['in a URL in small letters', encodeURIComponent(SECRET).toLowerCase(), 'bbbb'],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(SECRET)), 'bbbb'],
    [
      'in URL-safe base64',
      base64(SECRET).replaceAll('+', '-').replaceAll('/', '_'),
      base64(SECRET).slice(0, 8),
    ],
    ['a key, line by line', 'log: abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnopqrstuvwxyz'],
  ])('is hidden %s', (_name, text, trace) => {
    expect(redactor.text(text)).not.toContain(trace);
    expect(redactor.text(text)).toContain('[redacted:');
  });
});

describe('what looks like a secret', () => {
  it.each([
    [
      'postgres://raptor:s3cr3t@db.example/d1',
      's3cr3t',
      'postgres://raptor:[redacted:password]@db.example/d1',
    ],
    ['https://me:p@ss:w@host/x', 'p@ss', 'https://me:[redacted:password]@host/x'],
    ['redis://:only-password@h:1', 'only-password', null],
    [
      'at=error path="/reset?token=4711&a=b" host=h',
      '4711',
      'at=error path="/reset?[redacted:query]" host=h',
    ],
    ['path=/x?a=secret-value status=200', 'secret-value', 'path=/x?[redacted:query] status=200'],
    ['fwd="203.0.113.7,10.0.0.1" dyno=web.1', '203.0.113', 'fwd="[redacted:address]" dyno=web.1'],
    ['fwd=203.0.113.7 dyno=web.1', '203.0.113', 'fwd=[redacted:address] dyno=web.1'],
    ['Authorization: Bearer abc.def-123456', 'abc.def', null],
    ['sent Bearer abc.def-123456 to it', 'abc.def', 'sent Bearer [redacted:bearer] to it'],
    [`sent basic ${base64('me:you')} to it`, base64('me:you'), 'sent basic [redacted:basic] to it'],
    [`authorization: Basic ${base64('user:pass')}`, base64('user:pass'), null],
    ['key HRKU-0123abcd-4567-89ab-cdef-0123456789ab end', '0123abcd', 'key [redacted:heroku-key] end'],
    ['ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ghp_0123', '[redacted:github-token]'],
    ['github_pat_11ABCDEFG0_abcdefghijklmnop', '11ABCDEFG', '[redacted:github-token]'],
    ['ghs_123456_eyJabc.def-ghi.jkl0123456789', 'eyJabc', '[redacted:github-token]'],
    ['xoxb-123456789012-abcdefghij', '123456789012', '[redacted:slack-token]'],
    ['xapp-1-A012-345-abcdef', 'A012', '[redacted:slack-token]'],
    [
      'https://hooks.slack.com/services/T000/B000/XXXXXXXX',
      'XXXXXXXX',
      'https://hooks.slack.com/services/[redacted:slack-hook]',
    ],
    ['AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7', '[redacted:aws-key]'],
    ['sk_live_0123456789abcdef', '0123456789', '[redacted:stripe-key]'],
    ['whsec_0123456789abcdef', '0123456789', '[redacted:stripe-key]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJhbGci', '[redacted:jwt]'],
    ['password=hunter2-hunter2 next', 'hunter2', 'password=[redacted:value] next'],
    ['{"client_secret":"abc def"}', 'abc def', '{"client_secret":"[redacted:value]"}'],
    ['{\\"api_key\\":\\"abcdef\\"}', 'abcdef', null],
    ["'token': 'abcdef'", 'abcdef', "'token': '[redacted:value]'"],
    [
      'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG',
      'wJalrXUtnFEMI',
      'AWS_SECRET_ACCESS_KEY=[redacted:value]',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----', 'MIIB', '[redacted:private-key]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAbc= and on', 'Abc', '[redacted:private-key] and on'],
    ['"key":"-----BEGIN PRIVATE KEY-----\\nMIIB"}\n', 'MIIB', '"key":"[redacted:private-key]"}\n'],
    ['SECRET_KEY_BASE=0123456789abcdef', '0123', 'SECRET_KEY_BASE=[redacted:value]'],
    ['API_KEY_V2: 0123456789abcdef', '0123', 'API_KEY_V2: [redacted:value]'],
    ['DATABASE_PASS=hunter2', 'hunter2', 'DATABASE_PASS=[redacted:value]'],
    ['password=a,bcdef, user=joe', 'bcdef', 'password=[redacted:value], user=joe'],
    ['pwd=None-of-yours', 'yours', 'pwd=[redacted:value]'],
    [`password='it"s mine' x`, 's mine', `password='[redacted:value]' x`],
    [String.raw`{"password":"a\"bcdef","user":1}`, 'bcdef', '{"password":"[redacted:value]","user":1}'],
    ['Authorization: token 0123456789abcdef', '0123', 'Authorization: [redacted:credential]'],
    ['"authorization": "6f1c1d1e-0000-4000"', '6f1c', '"authorization": "[redacted:credential]"'],
    [`Authorization: Basic ${base64('user:pässword')}`, base64('user:p').slice(0, 6), null],
    ['Set-Cookie: session=0123abcd; Path=/', '0123', 'Set-Cookie: [redacted:cookie]'],
    [
      'https://0123456789abcdef0123@o1.ingest.sentry.io/1',
      '0123',
      'https://[redacted]@o1.ingest.sentry.io/1',
    ],
    [String.raw`path="/a\"?code=4711" host=h`, '4711', null],
    [`sk-ant-api03-${'a1B2'.repeat(8)}`, 'a1B2', '[redacted:api-key]'],
    [`AIza${'a1B2c'.repeat(7)}`, 'a1B2', '[redacted:api-key]'],
    [`SG.${'a1B2'.repeat(5)}.${'c3D4'.repeat(10)}`, 'a1B2', '[redacted:api-key]'],
    [`glpat-${'a1B2'.repeat(5)}`, 'a1B2', '[redacted:api-key]'],
    [`npm_${'a1B2'.repeat(9)}`, 'a1B2', '[redacted:api-key]'],
  ])('is hidden: %s', (text, trace, expected) => {
    const clean = redactor.text(text);
    expect(clean).not.toContain(trace);
    if (expected !== null) expect(clean).toBe(expected);
  });

  it.each([
    'request_id=6f1c1d1e-0000-4000-8000-00000000c001',
    'Deploy 4f07077242424242424242424242424242424242',
    'Set SECRET_KEY, API_TOKEN config vars',
    "KeyError: 'BROKER_API_KEY'",
    "BROKER_API_KEY = os.environ['BROKER_API_KEY']",
    'Basic authentication is off',
    'the cookie: could not be read',
    'token_type: bearer, secret_name: X',
    'git clone ssh://git@github.com/raxx-app/x',
    'Scaled to web@1:Basic by user ops@raxx.app',
    'Error R14 (Memory quota exceeded)',
    'secret DEPLOY_FREEZE_OVERRIDE last changed 30 d ago',
    'https://github.com/raxx-app/TradeMasterAPI/actions/runs/7',
    'set DEPLOY_FREEZE_OVERRIDE=0 repo secret to lift',
  ])('is kept: %s', (text) => expect(redactor.text(text)).toBe(text));
});

describe('a log line', () => {
  const line = (source: string, process: string, text: string) =>
    redactor.logLine({ at: 1, source, process, text }).text;

  it("loses e-mail addresses and bare key material if it is the app's", () => {
    expect(line('app', 'web.1', 'login failed for jane.doe+x@example.co.uk!')).toBe(
      'login failed for [redacted:e-mail]!',
    );
    expect(line('app', 'web.1', `${'b3BlbnNzaC1rZXkt'.repeat(4)}`)).toBe('[redacted:key-material]');
    const digest = '0123456789abcdef'.repeat(4);
    expect(line('app', 'web.1', digest)).toBe(digest);
  });

  it('keeps the actor of a release', () => {
    expect(line('app', 'api', 'Release v42 created by user ops@raxx.app')).toContain('ops@raxx.app');
    expect(line('heroku', 'web.1', 'State changed from up to crashed')).toBe(
      'State changed from up to crashed',
    );
  });
});

/** Texts that mix secrets, keywords and their separators. */
const text = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        'password',
        'token',
        '=',
        ':',
        ' ',
        '"',
        "'",
        '[redacted:value]',
        'Bearer ',
        'Basic ',
        'path="/a?',
        'fwd="',
        'eyJabcdef.',
        'https://u:',
        '@h',
        SECRET,
        'xoxb-',
        'ghp_',
        'authorization: ',
        'cookie: a=',
        '\\n',
        ',',
        '_base',
        'sk-',
        '\\"',
        '-----BEGIN PRIVATE KEY-----',
        ...[
          'key',
          'api key',
          'sig',
          '&',
          '?',
          '%3D',
          '&quot;',
          '<password>',
          '</',
          ' is ',
          'value=',
          '--',
          '[',
          ']',
        ],
        ...[
          'mysql -p',
          'curl -u a:',
          '3f9a1c7e5b2d8046a1b2c3d4e5f60718',
          'hunter2',
          'jdbc:oracle:thin:',
          '@tcp(',
        ],
        ...['🚀', '://', '@', 'auth plain ', 'identified by ', 'Authorization: Digest a=', '\n'],
      ),
      fc.base64String(),
    ),
  )
  .map((parts) => parts.join(''));

describe('the redactor', () => {
  it('changes nothing more when it runs again', () => {
    fc.assert(
      fc.property(text, (given) => {
        const once = redactor.text(given);
        expect(redactor.text(once)).toBe(once);
        expect(once.isWellFormed() || !given.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('lets no configured secret through, wherever it is', () => {
    const secret = fc.string({ minLength: 8, maxLength: 40 }).filter((one) => one.trim().length >= 8);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const { text: clean } = createRedactor({ secrets: [value] });
        // Unless the text of the marks themselves holds it.
        fc.pre(!'[redacted:secret]'.includes(value));
        expect(clean(before + value + after)).not.toContain(value);
      }),
    );
  });

  it('judges values by their names before they are written out', () => {
    const value = {
      password: 'swordfish-9',
      headers: { 'X-Api-Key': ['0123abcd-4567'] },
      token_count: '3',
      error: { token: ['Invalid token.'], detail: 'password is required' },
    };
    expect(redactor.deep(value)).toEqual({
      password: '[redacted:value]',
      headers: { 'X-Api-Key': ['[redacted:value]'] },
      token_count: '3',
      error: { token: ['Invalid token.'], detail: 'password is required' },
    });
  });

  it('never reads on across the end of a line', () => {
    const lines = [
      'fwd="203.0.113.7',
      'password="abc',
      'cookie: a=b',
      'path="/a?b',
      'Authorization: Digest x=1',
    ];
    const clean = redactor.text(lines.map((line) => `${line}\nkept`).join('\n')).split('\n');
    expect(clean).toHaveLength(2 * lines.length);
    expect(clean.filter((line) => line === 'kept')).toHaveLength(lines.length);
    for (const [index, line] of lines.entries()) expect(clean[index * 2]).not.toBe(line);
  });

  it('reaches every string of a value and keeps its shape', () => {
    const value = { a: [SECRET, 1, null, { b: `x ${SECRET}` }], c: true };
    expect(redactor.deep(value)).toEqual({
      a: ['[redacted:secret]', 1, null, { b: 'x [redacted:secret]' }],
      c: true,
    });
  });
});
