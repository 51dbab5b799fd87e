/** Step 2: what the releases are, and whether the last one went well. */
import { describe, expect, it } from 'vitest';
import { releasesCheck } from '../../../src/runbook/checks/releases.ts';
import type { Release } from '../../../src/runbook/model/heroku.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { finding, logWindow, NOW, release, seen, unseen } from '../../support/evidence.ts';

type Row = readonly [name: string, releases: readonly Release[], status: Status, summary: string];

const current = release(42, { current: true });
const config = (version: number, more: Partial<Release> = {}) =>
  release(version, { description: 'Set SECRET_KEY config vars', ...more });
const judge = (...releases: readonly Release[]) => finding(releasesCheck, { releases: seen(releases) });

describe('the release history', () => {
  it.each<Row>([
    [
      'passes with the last deploy and its actor',
      [current, release(41)],
      'pass',
      'Last deploy: v42 Deploy 4f070742, 8 h ago by ops@raxx.app',
    ],
    [
      'does not count a config var change as a deploy',
      [config(43, { current: true }), release(42)],
      'pass',
      'Last deploy: v42 Deploy 4f070742, 8 h ago by ops@raxx.app; current: v43 Set SECRET_KEY config vars, 7 h ago',
    ],
    [
      'names a rollback that is running now',
      [release(43, { description: 'Rollback to v41', current: true }), release(42)],
      'pass',
      'Last deploy: v42 Deploy 4f070742, 8 h ago by ops@raxx.app; current: v43 Rollback to v41, 7 h ago',
    ],
    [
      'passes without a Deploy in the window while the current release has a slug',
      [config(42, { current: true })],
      'pass',
      'No deploy in the last release; v42 has code',
    ],
    [
      'is a warning while a release is pending',
      [release(43, { status: 'pending' }), current],
      'warn',
      'v43 is being released (Deploy 4f070743); the app is still running v42',
    ],
    [
      'is a warning when none is current',
      [release(42), release(41)],
      'warn',
      'None of the newest 2 releases is current',
    ],
    [
      'fails when the newest release failed',
      [release(43, { status: 'failed' }), current],
      'fail',
      'v43 (Deploy 4f070743) failed 7 h ago; the app is still running v42',
    ],
    [
      'says that the running release is unknown when it fails',
      [release(43, { status: 'failed' })],
      'fail',
      "v43 (Deploy 4f070743) failed 7 h ago; can't tell which release is running",
    ],
    [
      'fails with config vars only: no code has ever been deployed',
      [
        config(4, { slugId: null, current: true }),
        config(3, { slugId: null }),
        release(2, { description: 'Enable Logplex', slugId: null }),
        release(1, { description: 'Initial release', slugId: null }),
      ],
      'fail',
      'No code has ever been deployed. Releases: 2 config var changes, 2 initial releases; no Deploy',
    ],
    ['fails without any release', [], 'fail', 'The app has no releases'],
  ])('%s', (_name, releases, status, summary) => {
    const found = judge(...releases);
    expect({ status: found.status, summary: found.said.split('\n')[0] }).toEqual({ status, summary });
  });

  it('does not count a deploy that failed as the last one', () => {
    const { said } = judge(current, release(41, { status: 'failed' }), release(40));
    expect(said).toContain('Last deploy: v42');
  });

  it('fails for a day after a failed deploy, even with new config vars since, and then warns', () => {
    const withConfig = (createdAt: number) =>
      judge(config(43, { current: true }), release(42, { status: 'failed', createdAt }), release(41));
    expect(withConfig(NOW - 23 * 3_600_000)).toMatchObject({
      status: 'fail',
      said: expect.stringContaining('v42 (Deploy 4f070742) failed 23 h ago; the app is still running v43'),
    });
    expect(withConfig(NOW - 25 * 3_600_000).status).toBe('warn');
  });

  it('passes when another deploy succeeded after the one that failed', () => {
    expect(judge(current, release(41, { status: 'failed' })).status).toBe('pass');
  });

  it('says what the release dyno wrote before it failed', () => {
    const failed = release(43, { status: 'failed', createdAt: NOW - 600_000 });
    const logs = seen(
      logWindow(
        '-598 app[api]: Running release v43 commands by user ops@raxx.app',
        '-590 heroku[release.9012]: Starting process with command `alembic upgrade head`',
        '-580 app[release.9012]: alembic.util.exc.CommandError: Can\'t locate revision identified by "ab12"',
        '-575 heroku[release.9012]: Process exited with status 1',
        '-575 heroku[release.9012]: State changed from up to complete',
      ),
    );
    const found = finding(releasesCheck, { releases: seen([failed, current]), logs });
    expect(found.status).toBe('fail');
    expect(found.said).toContain("failed 10 min ago: alembic.util.exc.CommandError: Can't locate revision");
    expect(found.said).toContain('release.9012 exited with status 1');
  });

  it('quotes the following lines, too, when the first ones only introduce them', () => {
    const failed = release(43, { status: 'failed', createdAt: NOW - 600_000 });
    const logs = seen(
      logWindow(
        '-580 app[release.9]: SystemCheckError: System check identified some issues:',
        '-580 app[release.9]: ERRORS:',
        '-580 app[release.9]: orders.Order.x: (fields.E300) Field defines a relation with model Y.',
        '-575 heroku[release.9]: Process exited with status 1',
      ),
    );
    const { said } = finding(releasesCheck, { releases: seen([failed, current]), logs });
    expect(said).toContain('some issues: ERRORS: orders.Order.x: (fields.E300)');
  });

  it('shows the newest five, and what each one is', () => {
    const { said } = judge(
      current,
      release(41, { status: 'expired' }),
      ...[40, 39, 38, 37].map((version) => release(version)),
    );
    expect(said.split('\n').slice(1)).toEqual([
      'v42 Deploy 4f070742, 8 h ago by ops@raxx.app (current)',
      'v41 Deploy 4f070741, 9 h ago by ops@raxx.app (expired)',
      'v40 Deploy 4f070740, 10 h ago by ops@raxx.app',
      'v39 Deploy 4f070739, 11 h ago by ops@raxx.app',
      'v38 Deploy 4f070738, 12 h ago by ops@raxx.app',
    ]);
  });

  it('is unknown when it was not seen', () => {
    expect(finding(releasesCheck, { releases: unseen('timeout', 'Heroku releases: no answer') })).toEqual({
      status: 'unknown',
      said: 'Not seen: Heroku releases: no answer',
    });
  });

  // A first deploy whose release phase failed, then a change of config vars: v3 runs, and it has no slug.
  it('does not say that the current release has a slug when only a failed one has', () => {
    const { status, said } = judge(
      config(3, { slugId: null, current: true }),
      release(2, { status: 'failed' }),
      release(1, { description: 'Initial release', slugId: null }),
    );
    expect({ status, said }).not.toMatchObject({
      status: 'pass',
      said: expect.stringContaining('v3 has a slug'),
    });
  });
});
