/**
 * Modals and Home tabs of the local Slack, and the `trigger_id`s that open them,
 * which are valid for three seconds and one use.
 */
import type { ViewContent } from './blocks/check.ts';

export type View = ViewContent & {
  readonly id: string;
  readonly user: string;
  readonly hash: string;
};

export interface Views {
  trigger(user: string): string;
  /** Returns the person whose trigger this is. */
  takeTrigger(id: string): { ok: true; user: string } | { ok: false; error: string };
  /** Returns the modals that this person has open, topmost last. */
  stack(user: string): readonly View[];
  find(match: { id?: string; externalId?: string }): View | undefined;
  home(user: string): View | undefined;
  open(user: string, content: ViewContent): View;
  /** Returns undefined if three are already open. */
  push(user: string, content: ViewContent): View | undefined;
  publish(user: string, content: ViewContent): View;
  update(view: View, content: ViewContent): View;
  /** Closes the topmost modal, or all of them. */
  close(user: string, all: boolean): void;
}

const TRIGGER_MS = 3000;
const DEEPEST = 3;

export function createViews(now: () => number, changed: () => void): Views {
  const triggers = new Map<string, { user: string; at: number; used: boolean }>();
  const stacks = new Map<string, View[]>();
  const homes = new Map<string, View>();
  let count = 0;

  const make = (user: string, content: ViewContent, id?: string): View => {
    count += 1;
    return { ...content, id: id ?? `V${String(count).padStart(8, '0')}`, user, hash: `${now()}.${count}` };
  };
  const setStack = (user: string, views: View[]) => {
    stacks.set(user, views);
    changed();
  };

  return {
    trigger(user) {
      count += 1;
      const id = `${now()}.${count}.sandbox`;
      triggers.set(id, { user, at: now(), used: false });
      return id;
    },
    takeTrigger(id) {
      const known = triggers.get(id);
      if (!known) return { ok: false, error: 'invalid_trigger_id' };
      if (known.used) return { ok: false, error: 'trigger_exchanged' };
      if (now() - known.at > TRIGGER_MS) return { ok: false, error: 'trigger_expired' };
      known.used = true;
      return { ok: true, user: known.user };
    },
    stack: (user) => stacks.get(user) ?? [],
    find: ({ id, externalId }) =>
      [...stacks.values(), [...homes.values()]]
        .flat()
        .find((one) => (id === undefined ? one.external_id === externalId : one.id === id)),
    home: (user) => homes.get(user),
    open(user, content) {
      const view = make(user, content);
      setStack(user, [view]);
      return view;
    },
    push(user, content) {
      const open = stacks.get(user) ?? [];
      if (open.length >= DEEPEST) return undefined;
      const view = make(user, content);
      setStack(user, [...open, view]);
      return view;
    },
    publish(user, content) {
      const view = make(user, content, homes.get(user)?.id);
      homes.set(user, view);
      changed();
      return view;
    },
    update(view, content) {
      const after = make(view.user, content, view.id);
      if (homes.get(view.user)?.id === view.id) homes.set(view.user, after);
      setStack(
        view.user,
        (stacks.get(view.user) ?? []).map((one) => (one.id === view.id ? after : one)),
      );
      return after;
    },
    close(user, all) {
      setStack(user, all ? [] : (stacks.get(user) ?? []).slice(0, -1));
    },
  };
}
