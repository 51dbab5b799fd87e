import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../src/config/runbook-file.ts';

const team = readFileSync(join(import.meta.dirname, '../../runbook.yml'), 'utf8');

/** The faults of the team's file after one change, as `path words`. */
function faultsAfter(change: (source: string) => string): string[] {
  const changed = change(team);
  expect(changed, 'the change must change something').not.toBe(team);
  const parsed = parseRunbook(changed);
  return parsed.ok ? [] : parsed.faults.map(({ path, words }) => `${path} ${words}`);
}

describe('runbook.yml', () => {
  it('is valid as the team wrote it, and yields its facts', () => {
    const parsed = parseRunbook(team);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        targets: [
          {
            name: 'prod',
            aliases: ['production'],
            app: 'raxx-api-prod',
            gated: true,
            healthPath: '/api/system/status',
          },
          { name: 'staging', aliases: [], app: 'raxx-api-staging', gated: false },
        ],
        github: { repository: 'raxx-app/TradeMasterAPI', gate: { reviewers: ['Kristerpher'] } },
        deadlines: { diagnoseMs: 8000 },
        document: { lastIncident: '2026-04-30', lastReviewed: '2026-05-01' },
      },
    });
  });

  it.each([
    [
      'a misspelled key, with the nearest one',
      (s: string) => s.replace('health_path', 'healthpath'),
      'targets.prod.healthpath is an unknown key; did you mean health_path?',
    ],
    [
      'an unknown key like no known one, with the known keys',
      (s: string) => s.replace('heroku:\n', 'heroku:\n  quux_zebra: 1\n'),
      'heroku.quux_zebra is an unknown key; known keys: region',
    ],
    [
      'an unknown key at the top',
      (s: string) => s.replace('heroku:\n', 'herokus: 1\nheroku:\n'),
      'herokus is an unknown key; did you mean heroku?',
    ],
    [
      'an unknown key in a list',
      (s: string) => s.replace(/\n {4}- file: /, '\n    - files: x\n      file: '),
      'document.workflows.0.files is an unknown key; did you mean file?',
    ],
    [
      'an app name that Heroku would not accept',
      (s: string) => s.replace('app: raxx-api-prod', 'app: Raxx_API'),
      'targets.prod.app should be the name of a Heroku app, such as raxx-api-prod',
    ],
    [
      'words for a failure mode that does not exist',
      (s: string) => s.replace(/\n {4}C:\n/, '\n    F:\n'),
      'document.modes.F is an unknown key; did you mean A?',
    ],
    [
      'plain http beyond loopback',
      (s: string) => s.replace('https://console', 'http://console'),
      'freeze.console should be an https URL without credentials or query (http only on loopback)',
    ],
    [
      'a health path without its slash',
      (s: string) => s.replace('health_path: /api', 'health_path: api'),
      'targets.prod.health_path should be a path that begins with /',
    ],
    [
      'a Boolean in quotes',
      (s: string) => s.replace('gated: true', 'gated: "yes"'),
      'targets.prod.gated should be true or false',
    ],
    [
      'zero minutes',
      (s: string) => s.replace('unresolved_minutes: 30', 'unresolved_minutes: 0'),
      'escalation.unresolved_minutes should be a number of minutes above 0 (a fraction is fine)',
    ],
    [
      'watching more often than once a second',
      (s: string) => s.replace('every_seconds: 60', 'every_seconds: 0.5'),
      'watch.every_seconds should be a number of seconds from 1',
    ],
    [
      'a deadline that is not a whole number',
      (s: string) => s.replace('diagnose_ms: 8000', 'diagnose_ms: 800.5'),
      'deadlines.diagnose_ms should be a whole number of milliseconds, from 1 to 600000',
    ],
    [
      'a deadline that never comes',
      (s: string) => s.replace('diagnose_ms: 8000', 'diagnose_ms: .inf'),
      'deadlines.diagnose_ms should be a whole number of milliseconds, from 1 to 600000',
    ],
    [
      'watching less often than a timer can hold',
      (s: string) => s.replace('every_seconds: 60', 'every_seconds: 2147484'),
      'watch.every_seconds should be a number of seconds from 1 to 2147483',
    ],
    [
      'more minutes than a year has',
      (s: string) => s.replace('expire_minutes: 30', 'expire_minutes: 1.0e+15'),
      'approvals.expire_minutes should be a number of minutes above 0 (a fraction is fine), at most 527040',
    ],
    [
      'an unknown way to notify',
      (s: string) => s.replace('expire_minutes: 30', 'expire_minutes: 30\n  notify: loudly'),
      'approvals.notify should be mention, dm or none',
    ],
    [
      'two targets for the same process type',
      (s: string) => s.replaceAll('app: raxx-api-staging', 'app: raxx-api-prod'),
      'targets.staging.process_type should differ from that of prod: both are web of raxx-api-prod',
    ],
    [
      'an alias that is the app of another target',
      (s: string) => s.replace('aliases: [production]', 'aliases: [raxx-api-staging]'),
      'targets.prod should not be called "raxx-api-staging": that is the app of staging',
    ],
    [
      'a gated target whose gate cannot be checked',
      (s: string) => s.replace('    environment: production', '    environment: live'),
      'targets.prod.environment should be production, the gate that can be checked (github.gate.environment), or set gated: false',
    ],
    ['another version', (s: string) => s.replace('version: 1', 'version: 2'), 'version should be 1'],
    [
      'a person given by display name',
      (s: string) => s.replace('approvers: [ops@raxx.app]', 'approvers: [Kristerpher]'),
      'people.approvers.0 should be a Slack user id (U…), a user group id (S…) or an e-mail address',
    ],
    [
      'a word that names two targets',
      (s: string) => s.replace('aliases: [production]', 'aliases: [staging]'),
      'targets.staging should not share the word "staging" with prod',
    ],
    [
      'a missing part',
      (s: string) => s.replace(/heroku:\n {2}region: us\n/, ''),
      'heroku should be a mapping of keys',
    ],
  ])('refuses %s', (_, change, fault) => {
    expect(faultsAfter(change)).toContain(fault);
  });

  it('reports all faults at once', () => {
    const faults = faultsAfter((s) =>
      s
        .replace('version: 1', 'version: 9')
        .replace('region: us', 'region: 7')
        .replace('gated: true', 'gated: 1'),
    );
    expect(faults).toHaveLength(3);
  });

  it('never repeats a wrong value', () => {
    const faults = faultsAfter((s) =>
      s
        .replace('app: raxx-api-prod', 'app: "hunter2 SECRET"')
        .replace('url: https://raxx', 'url: https://user:hunter2@raxx'),
    );
    expect(faults).toHaveLength(2);
    expect(faults.join('\n')).not.toMatch(/hunter2|SECRET/);
  });

  it.each([
    ['text that is not YAML', 'a: [b\n c: d', 'line 1, column 5 is not valid YAML'],
    ['a repeated key', 'version: 1\nversion: 1', 'line 2, column 1 repeats a key'],
    [
      'anchors that multiply each other',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefg'.replace(/./g, (key, index) => `${key}: &${key} [${Array(10).fill(`*${'abcdefg'[index]}`).join(', ')}]\n`)}`,
      'the file cannot be read: Excessive alias count indicates a resource exhaustion attack',
    ],
    ['an empty file', '', 'the file should be a mapping of keys'],
    ['a list', '- a', 'the file should be a mapping of keys'],
  ])('refuses %s, and says where it is', (_, source, fault) => {
    expect(faultsAfter(() => source)).toContain(fault);
  });

  it('accepts a nonce input, a way to notify, and two process types of one app as targets', () => {
    expect(
      faultsAfter((s) =>
        s
          .replace('expire_minutes: 30', 'expire_minutes: 30\n  notify: dm')
          .replace(/(\n {2}gate: )/, '\n  nonce_input: request_id$1')
          .replaceAll('app: raxx-api-staging', 'app: raxx-api-prod')
          .replace(/process_type: web(?![\s\S]*process_type)/, 'process_type: worker'),
      ),
    ).toEqual([]);
  });

  it('accepts fractions of minutes and loopback URLs, for rehearsals', () => {
    expect(
      faultsAfter((s) =>
        s
          .replace('repeat_minutes: 10', 'repeat_minutes: 0.02')
          .replace('https://console.raxx.app', 'http://127.0.0.1:4500/'),
      ),
    ).toEqual([]);
  });
});
