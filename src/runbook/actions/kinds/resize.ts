/** The runbook's R14 fix: the next larger dyno size. */

import { type ActionSpec, refusal } from '../../model/action-spec.ts';
import { resizeCommand } from '../manual-command.ts';
import { dynosUnseen, formationChange, formationOf, unseenNow } from './formation-of.ts';
import { stayedUp, UP_FOR_MS } from './stayed-up.ts';
import { areUp, sinceSent } from './up-and-answering.ts';

interface Size {
  readonly name: string;
  readonly memory: string;
  /** In US dollars per dyno and month. This is an estimate; Heroku's price list is authoritative. */
  readonly price: number;
}

/**
 * The Common Runtime sizes, in ascending order of memory and price. Eco, Basic and Standard-1X have the same memory.
 */
const SIZES: readonly Size[] = [
  { name: 'Eco', memory: '512 MB', price: 5 },
  { name: 'Basic', memory: '512 MB', price: 7 },
  { name: 'Standard-1X', memory: '512 MB', price: 25 },
  { name: 'Standard-2X', memory: '1 GB', price: 50 },
  { name: 'Performance-M', memory: '2.5 GB', price: 250 },
  { name: 'Performance-L', memory: '14 GB', price: 500 },
  { name: 'Performance-XL', memory: '62 GB', price: 750 },
  { name: 'Performance-2XL', memory: '126 GB', price: 1500 },
];

/** Returns the next size with more memory. Returns null when there is none, or when `from` is not in the list. */
export function nextSize(from: string): Size | null {
  const index = SIZES.findIndex(({ name }) => name.toLowerCase() === from.toLowerCase());
  const now = SIZES[index];
  return now ? (SIZES.slice(index + 1).find(({ memory }) => memory !== now.memory) ?? null) : null;
}

export const resize: ActionSpec<'resize'> = {
  kind: 'resize',
  rule: 'fix',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['formation', 'dynos'],
  looksAt: () => ['formation', 'dynos'],
  withinMs: 240_000,
  next: [],
  plan(evidence, { target }) {
    const { app, processType } = target;
    const entry = formationOf(evidence, processType);
    // Without the current size there is no manual command to offer.
    if (!entry.ok) return refusal(`Couldn't read the formation (${entry.words}).`);
    const now = entry.value;
    if (!now || now.quantity === 0)
      return refusal(`${processType} on ${app} is scaled to 0: there is nothing to resize.`);
    const to = nextSize(now.size);
    if (!to) return refusal(`I know of no size above ${now.size}.`);
    return {
      ok: true,
      params: { app, processType, quantity: now.quantity, from: now.size, to: to.name },
      plan: {
        title: `Resize ${processType} on ${app} from ${now.size} to ${to.name}`,
        will: [`Change ${now.quantity} × ${now.size} to ${now.quantity} × ${to.name} (${to.memory} each).`],
        expect: [
          `It restarts. About $${to.price * now.quantity} a month at this size.`,
          'A memory leak fills any size eventually: profile it.',
        ],
        evidence: [`${processType}: ${now.quantity} × ${now.size}`],
        undo: resizeCommand({ app, processType }, now.size),
        byHand: resizeCommand({ app, processType }, to.name),
        danger: false,
      },
    };
  },
  stillApplies({ processType, from, quantity }, evidence) {
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return unseenNow('formation', entry.words);
    const now = formationChange(entry.value, { quantity, size: from });
    if (now === null) return dynosUnseen(evidence, processType) ?? { ok: true };
    return { ok: false, words: `${processType} has changed since this was proposed: it is ${now} now` };
  },
  requests: ({ app, processType, to }) => [
    {
      api: 'heroku',
      method: 'PATCH',
      path: `/apps/${app}/formation`,
      body: { updates: [{ type: processType, size: to }] },
    },
  ],
  look({ processType, quantity, from, to }, evidence, { now }, sent) {
    const entry = formationOf(evidence, processType);
    if (!entry.ok) return { seen: 'not_yet', words: entry.words };
    if (entry.value?.size !== to)
      return {
        seen: 'not_yet',
        words: entry.value ? `the size is ${entry.value.size}` : "the size isn't listed",
        ...(entry.value?.size === from ? { unchanged: true } : {}),
      };
    return areUp(evidence, processType, quantity, sinceSent(sent, now));
  },
  aftercare: {
    forMs: UP_FOR_MS,
    looksAt: ['formation', 'dynos', 'releases'],
    look: ({ processType }, evidence, _context, since) => stayedUp(evidence, processType, since),
    next: ['rollback', 'restart'],
  },
};
