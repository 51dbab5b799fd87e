/** Scales back to the formation that a stop saved, if there is code to run. */

import type { KeptFormation } from '../../model/action.ts';
import { type ActionSpec, refusal } from '../../model/action-spec.ts';
import type { Evidence } from '../../model/evidence.ts';
import { formatInstant } from '../../text/time.ts';
import { scaleCommand } from '../manual-command.ts';
import { currentRelease, formationChange, formationOf, unseenNow } from './formation-of.ts';
import { isUpAndAnswering } from './up-and-answering.ts';

export const restore: ActionSpec<'restore'> = {
  kind: 'restore',
  rule: 'restore',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['formation', 'dynos', 'releases', 'slug'],
  looksAt: () => ['formation', 'dynos', 'health'],
  // A boot may take 60 s, starting the dyno takes longer, and an Eco dyno or a slow app needs extra time.
  withinMs: 240_000,
  next: [],
  plan(evidence, { target }, wish) {
    const { app, processType, url, healthPath } = target;
    const entry = formationOf(evidence, processType);
    const release = currentRelease(evidence);
    const saved = newestOf(wish.saved ?? [], processType);
    const unseen = (words: string) => refusal(words, scaleCommand(target, saved ?? 1));
    if (!entry.ok) return unseen(`Couldn't read the formation (${entry.words}).`);
    if (!evidence.slug.ok) return unseen(`Can't tell whether there is a slug (${evidence.slug.detail}).`);
    if (!release.ok) return unseen(`Couldn't read the release (${release.words}).`);
    if (evidence.slug.value === null || entry.value === null)
      return refusal(`${app} has nothing to run: no code has ever been deployed. Deploy it first.`);
    const from = entry.value;
    if (from.quantity > 0)
      return refusal(`There is nothing to restore: ${processType} on ${app} is at ${from.quantity}.`);
    // The card and the request both use this value.
    const to = saved ?? { quantity: 1, size: from.size };
    const known = saved ? 'as saved by the stop' : 'no formation was saved, so it starts with 1';
    return {
      ok: true,
      params: {
        app,
        processType,
        fromQuantity: from.quantity,
        fromSize: from.size,
        releaseId: release.value.id,
        quantity: to.quantity,
        size: to.size,
      },
      plan: {
        title: `Restore ${app} (${processType} from 0 to ${to.quantity})`,
        will: [`Scale ${processType} to ${to.quantity} × ${to.size} (${known}).`],
        expect: [
          `It boots v${release.value.version} (${release.value.description}); that may take a minute or two.`,
          `It is done when ${processType} is up and ${url}${healthPath} responds.`,
        ],
        evidence: [
          `${processType}: 0 × ${from.size}`,
          ...(saved
            ? [`before the stop at ${formatInstant(saved.at)}: ${saved.quantity} × ${saved.size}`]
            : []),
          `release: v${release.value.version} ${release.value.description}`,
        ],
        undo: 'Stop it again',
        byHand: scaleCommand(target, to),
        danger: false,
      },
    };
  },
  stillApplies(params, evidence) {
    const entry = formationOf(evidence, params.processType);
    const release = currentRelease(evidence);
    if (!entry.ok) return unseenNow('formation', entry.words);
    if (!release.ok) return unseenNow('release', release.words);
    const { fromQuantity: quantity, fromSize: size } = params;
    const now = formationChange(entry.value, { quantity, size });
    if (now !== null)
      return {
        ok: false,
        words: `${params.processType} has changed since this was proposed: it is ${now} now`,
      };
    if (release.value.id === params.releaseId) return { ok: true };
    return { ok: false, words: `v${release.value.version} has been released since this was proposed` };
  },
  requests: ({ app, processType, quantity, size }) => [
    {
      api: 'heroku',
      method: 'PATCH',
      path: `/apps/${app}/formation`,
      body: { updates: [{ type: processType, quantity, size }] },
    },
  ],
  look({ processType, quantity, size, fromQuantity, fromSize }, evidence: Evidence) {
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return { seen: 'not_yet', words: entry.words };
    const now = entry.value;
    if (now?.quantity !== quantity || now.size !== size) {
      const words = now
        ? `${processType} is at ${now.quantity} × ${now.size}`
        : `there is no ${processType} process`;
      return now?.quantity === fromQuantity && now.size === fromSize
        ? { seen: 'not_yet', words, unchanged: true }
        : { seen: 'not_yet', words };
    }
    const up = isUpAndAnswering(evidence, processType, quantity);
    // An app that crashes on its way up needs other code, or has to stay stopped.
    return up.seen === 'failed' ? { ...up, next: ['rollback', 'stop'] } : up;
  },
};

/** Returns the formation saved by the last stop that took effect. */
function newestOf(saved: readonly KeptFormation[], processType: string): KeptFormation | undefined {
  return saved
    .filter((one) => one.processType === processType)
    .toSorted((one, other) => other.at - one.at)[0];
}
