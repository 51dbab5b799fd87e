/** The runbook's emergency stop: offline cleanly, 0 dynos, app and data intact. */
import type { ActionSpec } from '../action.ts';
import type { Evidence } from '../evidence.ts';
import { dynoList, dynosOf, formationOf } from './formation-of.ts';

export interface StopParams extends Readonly<Record<string, unknown>> {
  readonly app: string;
  readonly processType: string;
  /** The exact formation that is saved, so that a restore brings it back. */
  readonly quantity: number;
  readonly size: string;
}

export const stop: ActionSpec<StopParams> = {
  kind: 'stop',
  rule: 'stop',
  needs: ['formation', 'dynos'],
  looksAt: () => ['formation', 'dynos'],
  withinMs: 90_000,
  next: ['restore'],
  plan(evidence, { target }) {
    const { app, processType } = target;
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return { ok: false, words: `The formation could not be seen (${entry.words}).` };
    const dynos = dynosOf(evidence, processType);
    if (entry.value === null) {
      return {
        ok: false,
        words: `There is nothing to stop: ${app} has no ${processType}, it was never deployed.`,
      };
    }
    const { quantity, size } = entry.value;
    if (quantity === 0)
      return { ok: false, words: `There is nothing to stop: ${processType} of ${app} is at 0 already.` };
    const running = dynos.ok ? dynoList(dynos.value) || 'none' : `not seen (${dynos.words})`;
    return {
      ok: true,
      params: { app, processType, quantity, size },
      plan: {
        title: `Stop ${app}: scale ${processType} from ${quantity} to 0`,
        will: [
          `Scale ${processType} to 0. The app and its data stay.`,
          `Save ${quantity} × ${size} for a restore.`,
        ],
        expect: [
          'Requests under way have 30 s to end. After that users see Heroku’s error page (503) until it is restored.',
          'Other process types go on running.',
        ],
        evidence: [`${processType}: ${quantity} × ${size}`, `dynos: ${running}`],
        undo: `Restore: ${processType} back to ${quantity} × ${size}`,
        byHand: `heroku ps:scale ${processType}=0 --app ${app}`,
        danger: true,
      },
    };
  },
  stillApplies({ processType, quantity, size }, evidence) {
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return { ok: false, words: `the formation could not be seen (${entry.words})` };
    const now = entry.value;
    if (now?.quantity === quantity && now.size === size) return { ok: true };
    const words = now ? `${now.quantity} × ${now.size}` : 'gone';
    return {
      ok: false,
      words: `${processType} was ${quantity} × ${size} when this was asked for, and is ${words} now`,
    };
  },
  requests: ({ app, processType }) => [
    {
      api: 'heroku',
      method: 'PATCH',
      path: `/apps/${app}/formation`,
      body: { updates: [{ type: processType, quantity: 0 }] },
    },
  ],
  look({ app, processType }, evidence) {
    const entry = formationOf(evidence, processType);
    const dynos = dynosOf(evidence, processType);
    if (!entry.ok || !dynos.ok) return { seen: 'not_yet', words: 'Heroku could not be read' };
    if (entry.value && entry.value.quantity > 0)
      return { seen: 'not_yet', words: `${processType} is at ${entry.value.quantity}` };
    if (dynos.value.length > 0) return { seen: 'not_yet', words: `still there: ${dynoList(dynos.value)}` };
    const others = othersOf(evidence, processType);
    const words =
      others === '' ? `No dynos on ${app}` : `No ${processType} dynos on ${app}; still running: ${others}`;
    return { seen: 'done', words, evidence: [`${processType} is at 0`] };
  },
};

function othersOf({ dynos }: Evidence, processType: string): string {
  return dynos.ok ? dynoList(dynos.value.filter(({ type }) => type !== processType)) : '';
}
