/** Restarts the process type: a restart frees stuck workers at the cost of a boot. */

import { type ActionSpec, refusal } from '../../model/action-spec.ts';
import { restartCommand } from '../manual-command.ts';
import { dynoList, dynosOf, dynosUnseen, formationOf, unseenNow } from './formation-of.ts';
import { stayedUp, UP_FOR_MS } from './stayed-up.ts';
import { areUp, lastDynoChange, sinceSent } from './up-and-answering.ts';

export const restart: ActionSpec<'restart'> = {
  kind: 'restart',
  rule: 'fix',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['formation', 'dynos'],
  looksAt: () => ['dynos'],
  withinMs: 180_000,
  next: [],
  plan(evidence, { target }) {
    const { app, processType } = target;
    const entry = formationOf(evidence, processType);
    const dynos = dynosOf(evidence, processType);
    const byHand = restartCommand({ app, processType });
    if (!entry.ok) return refusal(`Couldn't read the formation (${entry.words}).`, byHand);
    if (!dynos.ok) return refusal(`Couldn't read the dynos (${dynos.words}).`, byHand);
    const quantity = entry.value?.quantity ?? 0;
    if (quantity === 0)
      return refusal(`There is nothing to restart: ${processType} on ${app} is scaled to 0.`);
    return {
      ok: true,
      params: { app, processType, quantity },
      plan: {
        title: `Restart ${processType} on ${app}`,
        will: [`Restart ${quantity} ${processType} ${quantity === 1 ? 'dyno' : 'dynos'}, all at once.`],
        expect: ['Requests fail while it boots: a few seconds, up to a minute. In-memory state is lost.'],
        evidence: [`dynos: ${dynoList(dynos.value) || 'none'}`],
        undo: 'A restart cannot be undone; it changes no code and no data.',
        byHand,
        danger: false,
      },
    };
  },
  stillApplies({ app, processType }, evidence) {
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return unseenNow('formation', entry.words);
    if ((entry.value?.quantity ?? 0) > 0) return dynosUnseen(evidence, processType) ?? { ok: true };
    return { ok: false, words: `${processType} on ${app} has been scaled to 0 since this was proposed` };
  },
  requests: ({ app, processType }) => [
    {
      api: 'heroku',
      method: 'DELETE',
      path: `/apps/${app}/formations/${processType}`,
    },
  ],
  look({ processType, quantity }, evidence, { now }, sent) {
    const look = areUp(evidence, processType, quantity, sinceSent(sent, now));
    const dynos = dynosOf(evidence, processType);
    const isUnchanged =
      dynos.ok && lastDynoChange(dynos.value, processType) <= (sent.progress.dynoChange ?? 0);
    return look.seen === 'not_yet' && isUnchanged
      ? { ...look, words: `not restarted: ${look.words}`, unchanged: true }
      : look;
  },
  aftercare: {
    forMs: UP_FOR_MS,
    looksAt: ['formation', 'dynos', 'releases'],
    look: ({ processType }, evidence, _context, since) => stayedUp(evidence, processType, since),
    next: ['rollback', 'restart'],
  },
};
