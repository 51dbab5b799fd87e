/** `PATCH /apps/{app}/formation`: quantities and sizes change, dynos start and stop, and the log reports it. */
import { z } from 'zod';
import type { Answer } from '../server.ts';
import { bootAgain } from './changes.ts';
import { boot, isLeaving, shutDown } from './dynos.ts';
import { type Setting, showFormation } from './shapes.ts';
import type { FormationState } from './state.ts';

const update = z.object({
  type: z.string(),
  quantity: z.union([z.number().int().min(0), z.string().regex(/^[+-]?\d+$/)]).optional(),
  size: z.string().optional(),
  dyno_size: z.union([z.string(), z.object({ name: z.string() })]).optional(),
});
const updates = z.object({ updates: z.array(update).min(1) });

export function scale(setting: Setting, body: unknown, now: number, by = 'ops@raxx.app'): Answer {
  const { app } = setting;
  const asked = updates.safeParse(body);
  if (!asked.success) return invalid('Invalid formation update.');
  for (const one of asked.data.updates) {
    if (!app.formation.some(({ type }) => type === one.type)) return notFound();
    const size = sizeOf(one) ?? entryOf(setting, one.type)?.size ?? '';
    const quantity = quantityOf(setting, one);
    if (quantity > 1 && /^(basic|eco)$/i.test(size)) {
      return invalid(`Cannot update to more than 1 ${capitalised(size)} size dynos per process type.`);
    }
  }
  const changed = asked.data.updates.map((one) => apply(setting, one, now));
  const ago = (setting.start - now) / 1000;
  const words = app.formation.map(({ type, quantity, size }) => `${type}@${quantity}:${size}`).join(' ');
  app.log.push(`${-ago} app[api]: Scaled to ${words} by user ${by}`);
  return { status: 200, body: changed.map((entry) => showFormation(setting, entry)) };
}

function apply(setting: Setting, asked: z.infer<typeof update>, now: number): FormationState {
  const { app, start } = setting;
  const quantity = quantityOf(setting, asked);
  const entry = entryOf(setting, asked.type);
  if (!entry) throw new Error(`no formation entry ${asked.type}`);
  const sizeBefore = entry.size;
  entry.quantity = quantity;
  entry.size = capitalised(sizeOf(asked) ?? entry.size);
  const own = app.dynos.filter((dyno) => dyno.type === entry.type && !isLeaving(dyno));
  for (const dyno of own.slice(quantity)) shutDown(setting, dyno, now);
  if (entry.size !== sizeBefore) {
    for (const dyno of own) dyno.size = entry.size;
    bootAgain(setting, entry.type, now);
  }
  for (let number = own.length + 1; number <= quantity; number += 1) {
    const name = `${entry.type}.${number}`;
    const { type, size, command } = entry;
    const dyno = { name, type, state: 'down', size, command, age: (start - now) / 1000 };
    // Replace a dyno with that name that is still stopping.
    app.dynos = [...app.dynos.filter((one) => one.name !== name), dyno];
    boot(setting, dyno, now);
  }
  return entry;
}

function entryOf({ app }: Setting, wanted: string): FormationState | undefined {
  return app.formation.find(({ type }) => type === wanted);
}

/** Accepts `3`, `"3"`, `"+1"`, and `"-1"`. */
function quantityOf(setting: Setting, { type, quantity }: z.infer<typeof update>): number {
  const before = entryOf(setting, type)?.quantity ?? 0;
  if (quantity === undefined) return before;
  const isRelative = typeof quantity === 'string' && /^[+-]/.test(quantity);
  return Math.max(0, Number(quantity) + (isRelative ? before : 0));
}

function sizeOf({ size, dyno_size }: z.infer<typeof update>): string | undefined {
  return size ?? (typeof dyno_size === 'object' ? dyno_size.name : dyno_size);
}

function capitalised(size: string): string {
  return size.replace(
    /(^|-)([a-z])/g,
    (_whole, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function invalid(message: string): Answer {
  return { status: 422, body: { id: 'invalid_params', message } };
}

function notFound(): Answer {
  return {
    status: 404,
    body: { id: 'not_found', message: 'Couldn’t find that process type.', resource: 'formation' },
  };
}
