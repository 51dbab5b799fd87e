/** Rolls back to an earlier release: code and config vars, but not the database or add-ons. */

import { leftMigrations } from '../../changes/migrations.ts';
import { codeOf } from '../../changes/releases.ts';
import { codeIn } from '../../heroku/release-kind.ts';
import { defaultRollback, rollbackTargets, whyNotToVersion } from '../../heroku/rollback-targets.ts';
import { type ActionSpec, refusal } from '../../model/action-spec.ts';
import { formatInstant } from '../../text/time.ts';
import { rollbackCommand } from '../manual-command.ts';
import { currentRelease, dynosUnseen, formationOf, newestVersion, unseenNow } from './formation-of.ts';
import { stayedUp, UP_FOR_MS } from './stayed-up.ts';
import { areUp, sinceSent } from './up-and-answering.ts';

export const rollback: ActionSpec<'rollback'> = {
  kind: 'rollback',
  rule: 'fix',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['releases', 'dynos'],
  looksAt: () => ['releases', 'formation', 'dynos'],
  withinMs: 240_000,
  next: [],
  plan(evidence, { target }, { version }) {
    const { app, processType } = target;
    const current = currentRelease(evidence);
    if (!current.ok)
      return refusal(`Couldn't read the releases (${current.words}).`, rollbackCommand(target, version));
    const targets = rollbackTargets(evidence);
    const to =
      version === undefined ? defaultRollback(evidence) : targets.find((one) => one.version === version);
    if (!to) {
      const possible =
        targets
          .slice(0, 5)
          .map((one) => `v${one.version}`)
          .join(', ') || 'none';
      const wished =
        version === undefined ? 'There is no release to roll back to' : whyNotToVersion(evidence, version);
      return refusal(`${wished}. Eligible releases with different code: ${possible}.`);
    }
    const from = current.value;
    const between = evidence.releases.ok
      ? evidence.releases.value.filter((one) => one.version > to.version && one.version <= from.version)
      : [];
    return {
      ok: true,
      params: {
        app,
        processType,
        fromReleaseId: from.id,
        fromVersion: from.version,
        newestVersion: newestVersion(evidence),
        toReleaseId: to.id,
        toVersion: to.version,
      },
      plan: {
        title: `Roll ${app} back from v${from.version} to v${to.version}`,
        will: [
          `Make a new release with the code and config vars of v${to.version} (${to.description}, ${formatInstant(to.createdAt)}).`,
        ],
        expect: [
          'It restarts with the older code. The database and the add-ons are not rolled back: migrations since then may be incompatible.',
          'Config vars are rolled back, too.',
        ],
        evidence: between.slice(0, 6).map((one) => `undoes v${one.version}: ${one.description}`),
        undo: `Roll back to v${from.version}`,
        byHand: rollbackCommand(target, to.version),
        danger: true,
      },
    };
  },
  difference: {
    between({ fromVersion, toVersion }, { releases, slug }) {
      const find = (version: number) =>
        releases.ok ? releases.value.find((one) => one.version === version) : undefined;
      const [from, to] = [find(fromVersion), find(toVersion)];
      return from && to && codeIn(from) !== null
        ? { version: toVersion, base: codeOf(from, slug), head: codeOf(to, slug) }
        : null;
    },
    words: leftMigrations,
  },
  stillApplies(
    { processType, fromReleaseId, fromVersion, newestVersion: newest, toReleaseId, toVersion },
    evidence,
  ) {
    const current = currentRelease(evidence);
    if (!current.ok) return unseenNow('releases', current.words);
    if (current.value.id !== fromReleaseId) {
      return {
        ok: false,
        words: `v${fromVersion} was running when this was proposed, v${current.value.version} is running now`,
      };
    }
    if (newestVersion(evidence) !== newest)
      return { ok: false, words: `v${newestVersion(evidence)} has been released since this was proposed` };
    const eligible = rollbackTargets(evidence).some(({ id }) => id === toReleaseId);
    if (eligible) return dynosUnseen(evidence, processType) ?? { ok: true };
    return { ok: false, words: `v${toVersion} is no longer a valid rollback target` };
  },
  requests: ({ app, toReleaseId }) => [
    {
      api: 'heroku',
      method: 'POST',
      path: `/apps/${app}/releases`,
      body: { release: toReleaseId },
    },
  ],
  look({ processType, newestVersion: newest, toVersion }, evidence, { now }, sent) {
    if (!evidence.releases.ok) return { seen: 'not_yet', words: evidence.releases.detail };
    const made = evidence.releases.value.find(
      (one) => one.version > newest && one.description === `Rollback to v${toVersion}`,
    );
    if (!made) {
      const words = `there is no release “Rollback to v${toVersion}” yet`;
      const unchanged = newestVersion(evidence) === newest;
      return { seen: 'not_yet', words, ...(unchanged ? { unchanged: true } : {}) };
    }
    if (made.status === 'failed') {
      return {
        seen: 'failed',
        words: `v${made.version} (Rollback to v${toVersion}) failed in its release phase`,
        evidence: [made.description],
      };
    }
    if (!made.current) return { seen: 'not_yet', words: `v${made.version} is ${made.status}` };
    const released = `v${made.version} (Rollback to v${toVersion})`;
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return { seen: 'not_yet', words: entry.words };
    const quantity = entry.value?.quantity ?? 0;
    if (quantity === 0) {
      const words = `${released} is current; ${processType} is scaled to 0, so it won't run until the app is restored`;
      return { seen: 'done', words, evidence: [made.description], isIdle: true };
    }
    const since = { ...sinceSent(sent, now), release: made.version };
    const up = areUp(evidence, processType, quantity, since);
    return up.seen === 'done' ? { ...up, words: `${released} is running; ${up.words}` } : up;
  },
  aftercare: {
    forMs: UP_FOR_MS,
    looksAt: ['formation', 'dynos', 'releases'],
    look: ({ processType }, evidence, _context, since) => stayedUp(evidence, processType, since),
    next: ['restart'],
  },
};
