/**
 * The runbook's R10 fix: raise the boot timeout, then redeploy. It writes a fixed value to one variable, because there
 * is no free-form config write.
 */

import { type ActionSpec, refusal } from '../../model/action-spec.ts';
import { BOOT_TIMEOUT, setConfigCommand } from '../manual-command.ts';
import { currentRelease, dynosUnseen, formationOf, newestVersion, unseenNow } from './formation-of.ts';
import { stayedUp, UP_FOR_MS } from './stayed-up.ts';
import { areUp, sinceSent } from './up-and-answering.ts';

const { variable: VARIABLE, seconds: SECONDS } = BOOT_TIMEOUT;

export const bootTimeout: ActionSpec<'boot_timeout'> = {
  kind: 'boot_timeout',
  rule: 'fix',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['releases', 'dynos'],
  looksAt: () => ['releases', 'formation', 'dynos'],
  withinMs: 240_000,
  next: ['deploy'],
  plan(evidence, { target: { app, processType } }) {
    const current = currentRelease(evidence);
    const byHand = setConfigCommand({ app }, VARIABLE, `${SECONDS}`);
    if (!current.ok) {
      return refusal(`Couldn't read the releases (${current.words}).`, byHand);
    }
    const { id, version } = current.value;
    return {
      ok: true,
      params: {
        app,
        processType,
        releaseId: id,
        version,
        newestVersion: newestVersion(evidence),
        seconds: SECONDS,
      },
      plan: {
        title: `Raise the boot timeout of ${app} to ${SECONDS} s (${VARIABLE})`,
        will: [`Set the config var ${VARIABLE} to ${SECONDS}. Nothing else is changed or read.`],
        expect: [
          'A new release, and a restart. The old value cannot be shown: config vars are never read.',
          'Then redeploy.',
        ],
        evidence: [`v${version} is current`],
        undo: `Roll back to v${version}, or set ${VARIABLE} by hand`,
        byHand,
        danger: false,
      },
    };
  },
  stillApplies({ processType, releaseId, version, newestVersion: newest }, evidence) {
    const current = currentRelease(evidence);
    if (!current.ok) return unseenNow('releases', current.words);
    if (newestVersion(evidence) > newest && current.value.id === releaseId)
      return { ok: false, words: `v${newestVersion(evidence)} has been released since this was proposed` };
    if (current.value.id === releaseId) return dynosUnseen(evidence, processType) ?? { ok: true };
    return {
      ok: false,
      words: `v${version} was running when this was proposed, v${current.value.version} is running now`,
    };
  },
  requests: ({ app, seconds }) => [
    {
      api: 'heroku',
      method: 'PATCH',
      path: `/apps/${app}/config-vars`,
      body: { [VARIABLE]: String(seconds) },
      secretAnswer: true,
    },
  ],
  look({ processType, newestVersion: newest }, evidence, { now }, sent) {
    if (!evidence.releases.ok) return { seen: 'not_yet', words: evidence.releases.detail };
    const made = evidence.releases.value.find(
      (one) => one.version > newest && one.description === `Set ${VARIABLE} config vars`,
    );
    if (!made) {
      const words = `there is no release “Set ${VARIABLE} config vars” yet`;
      const unchanged = newestVersion(evidence) === newest;
      return { seen: 'not_yet', words, ...(unchanged ? { unchanged: true } : {}) };
    }
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return { seen: 'not_yet', words: entry.words };
    const set = `v${made.version} set ${VARIABLE}`;
    const quantity = entry.value?.quantity ?? 0;
    if (quantity === 0) {
      return { seen: 'done', words: `${set}; ${processType} is scaled to 0`, evidence: [made.description] };
    }
    const since = { ...sinceSent(sent, now), release: made.version };
    const up = areUp(evidence, processType, quantity, since);
    if (up.seen === 'done') return { ...up, words: `${set}; ${up.words}` };
    // Only code that knows the variable reads it, and only at boot, so the runbook says to redeploy.
    return up.seen === 'failed'
      ? { ...up, words: `${set}, but ${up.words}`, next: ['deploy', 'rollback'] }
      : up;
  },
  aftercare: {
    forMs: UP_FOR_MS,
    looksAt: ['formation', 'dynos', 'releases'],
    look: ({ processType }, evidence, _context, since) => stayedUp(evidence, processType, since),
    next: ['deploy', 'rollback'],
  },
};
