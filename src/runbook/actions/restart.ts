/** Restart the process type: frees stuck workers, and costs a boot. */
import type { ActionSpec } from '../action.ts';
import { dynoList, dynosOf, dynosUnseen, formationOf } from './formation-of.ts';
import { stayedUp, UP_FOR_MS } from './stayed-up.ts';
import { areUp, sinceSent } from './up-and-answering.ts';

export interface RestartParams extends Readonly<Record<string, unknown>> {
  readonly app: string;
  readonly processType: string;
  readonly quantity: number;
}

export const restart: ActionSpec<RestartParams> = {
  kind: 'restart',
  rule: 'fix',
  needs: ['formation', 'dynos'],
  looksAt: () => ['dynos'],
  withinMs: 180_000,
  next: [],
  plan(evidence, { target }) {
    const { app, processType } = target;
    const entry = formationOf(evidence, processType);
    const dynos = dynosOf(evidence, processType);
    if (!entry.ok) return { ok: false, words: `The formation could not be seen (${entry.words}).` };
    if (!dynos.ok) return { ok: false, words: `The dynos could not be seen (${dynos.words}).` };
    const quantity = entry.value?.quantity ?? 0;
    if (quantity === 0)
      return { ok: false, words: `There is nothing to restart: ${processType} of ${app} is at 0.` };
    return {
      ok: true,
      params: { app, processType, quantity },
      plan: {
        title: `Restart ${processType} of ${app}`,
        will: [`Restart ${quantity} ${processType} ${quantity === 1 ? 'dyno' : 'dynos'}, all at once.`],
        expect: ['Requests fail while it boots: some seconds, up to a minute. What is in memory is lost.'],
        evidence: [`dynos: ${dynoList(dynos.value) || 'none'}`],
        undo: 'A restart cannot be undone; it changes no code and no data.',
        byHand: `heroku ps:restart --process-type ${processType} --app ${app}`,
        danger: false,
      },
    };
  },
  stillApplies({ app, processType }, evidence) {
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return { ok: false, words: `the formation could not be seen (${entry.words})` };
    if ((entry.value?.quantity ?? 0) > 0) return dynosUnseen(evidence, processType) ?? { ok: true };
    return { ok: false, words: `${processType} of ${app} was scaled to 0 since this was asked for` };
  },
  requests: ({ app, processType }) => [
    {
      api: 'heroku',
      method: 'DELETE',
      path: `/apps/${app}/formations/${processType}`,
    },
  ],
  look: ({ processType, quantity }, evidence, { now }, sent) =>
    areUp(evidence, processType, quantity, sinceSent(sent, now)),
  aftercare: {
    forMs: UP_FOR_MS,
    looksAt: ['formation', 'dynos', 'releases'],
    look: ({ processType }, evidence, _context, since) => stayedUp(evidence, processType, since),
    next: ['rollback', 'restart'],
  },
};
