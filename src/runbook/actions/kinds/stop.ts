/** The runbook's emergency stop: scales to 0 dynos, and leaves the app and its data intact. */

import { type ActionSpec, refusal } from '../../model/action-spec.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Dyno } from '../../model/heroku.ts';
import { scaleCommand } from '../manual-command.ts';
import { dynoList, dynosOf, formationChange, formationOf, unseenNow } from './formation-of.ts';

export const stop: ActionSpec<'stop'> = {
  kind: 'stop',
  rule: 'stop',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['formation', 'dynos'],
  looksAt: () => ['formation', 'dynos'],
  withinMs: 90_000,
  next: ['restore'],
  plan(evidence, { target }) {
    const { app, processType } = target;
    const byHand = scaleCommand(target, 0);
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return refusal(`Couldn't read the formation (${entry.words}).`, byHand);
    const dynos = dynosOf(evidence, processType);
    if (entry.value === null)
      return refusal(
        `There is nothing to stop: ${app} has no ${processType} process; it was never deployed.`,
      );
    const { quantity, size } = entry.value;
    if (quantity === 0)
      return refusal(`There is nothing to stop: ${processType} on ${app} is already scaled to 0.`);
    const running = dynos.ok ? dynoList(dynos.value) || 'none' : `unavailable (${dynos.words})`;
    return {
      ok: true,
      params: { app, processType, quantity, size },
      plan: {
        title: `Stop ${app} (${processType} from ${quantity} to 0)`,
        will: [
          `Save the formation (${quantity} × ${size}), so that Restore can bring it back.`,
          `Scale ${processType} to 0. The app and its data are kept.`,
        ],
        expect: [harmOf(processType), 'Other process types keep running.'],
        evidence: [`${processType}: ${quantity} × ${size}`, `dynos: ${running}`],
        undo: `Restore (${processType} back to ${quantity} × ${size})`,
        byHand,
        danger: true,
      },
    };
  },
  stillApplies({ processType, quantity, size }, evidence) {
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return unseenNow('formation', entry.words);
    const now = formationChange(entry.value, { quantity, size });
    if (now === null) return { ok: true };
    return {
      ok: false,
      words: `${processType} was ${quantity} × ${size} when this was proposed and is ${now} now`,
      // The command takes the process type to 0 from any quantity.
      ...(entry.value && entry.value.quantity > 0 ? { fitsByHand: true } : {}),
    };
  },
  takesAway: ({ processType, quantity, size }) => ({ processType, quantity, size }),
  requests: ({ app, processType }) => [
    {
      api: 'heroku',
      method: 'PATCH',
      path: `/apps/${app}/formation`,
      body: { updates: [{ type: processType, quantity: 0 }] },
    },
  ],
  look({ app, processType, quantity, size }, evidence) {
    const entry = formationOf(evidence, processType);
    const dynos = dynosOf(evidence, processType);
    if (!entry.ok || !dynos.ok) return { seen: 'not_yet', words: "couldn't read Heroku" };
    const still = stillList(dynos.value);
    if (entry.value && entry.value.quantity > 0) {
      const { quantity: now, size: its } = entry.value;
      const words = `${processType} is at ${now} × ${its}${still === null ? '' : `, ${still}`}`;
      return now === quantity && its === size
        ? { seen: 'not_yet', words, unchanged: true }
        : { seen: 'not_yet', words };
    }
    if (still !== null) return { seen: 'not_yet', words: `${processType} is scaled to 0, ${still}` };
    const others = othersOf(evidence, processType);
    const words =
      others === null ? `No dynos on ${app}` : `No ${processType} dynos on ${app}; still running: ${others}`;
    return { seen: 'done', words, evidence: [] };
  },
};

/** Heroku's router sends requests only to web dynos. */
function harmOf(processType: string): string {
  return processType === 'web'
    ? 'Requests in progress have 30 s to finish. New ones get Heroku’s error page (503) until the app is restored.'
    : `Work in progress has 30 s to finish. After that, ${processType} does nothing until it is restored.`;
}

/** Example: `web.1 still up, web.2 shutting down`. Returns null when there are no dynos. */
function stillList(dynos: readonly Dyno[]): string | null {
  if (dynos.length === 0) return null;
  return dynos
    .map(({ name, state }) => (state === 'down' ? `${name} shutting down` : `${name} still ${state}`))
    .join(', ');
}

/** Null when none was seen. */
function othersOf({ dynos }: Evidence, processType: string): string | null {
  const others = dynos.ok ? dynos.value.filter(({ type }) => type !== processType) : [];
  return others.length === 0 ? null : dynoList(others);
}
