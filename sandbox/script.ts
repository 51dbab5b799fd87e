/** The script of a scenario. Its steps change the world when they are due. */
import { scale } from './heroku/scale.ts';
import { applyPatch, type Plain } from './patch.ts';
import type { World } from './world.ts';
import { worldSchema } from './world-schema.ts';

export interface ScriptStep {
  /** Seconds after the scenario's start or, with `when`, after that condition became true. */
  readonly after: number;
  /** With this, the seconds count from the moment an app was scaled to zero. */
  readonly when?: 'stopped' | undefined;
  /** Skips the step unless a dyno is crashed, because someone may have fixed it in the meantime. */
  readonly only_if?: 'crashed' | undefined;
  /** Someone scales an app without the bot. */
  readonly scale?: ByHand | undefined;
  /** A patch over the world at that time. */
  readonly patch: Plain;
}

export interface ByHand {
  readonly app: string;
  readonly type: string;
  readonly quantity: number;
  readonly size: string;
  readonly by: string;
}

/** Plays the steps that are due at `now` and have not been played yet. */
export type Play = (world: World, now: number) => void;

export function createScript(steps: readonly ScriptStep[]): Play {
  const left = steps.toSorted((one, other) => one.after - other.after);
  let stoppedAt: number | undefined;
  const dueAt = ({ when, after }: ScriptStep, { start }: World) => {
    const from = when === 'stopped' ? stoppedAt : start;
    return from === undefined ? Number.POSITIVE_INFINITY : from + after * 1_000;
  };
  return (world, now) => {
    if (isStopped(world)) stoppedAt ??= now;
    for (const step of left.filter((one) => dueAt(one, world) <= now)) {
      left.splice(left.indexOf(step), 1);
      if (step.only_if === undefined || hasCrashed(world)) playStep(world, step, now);
    }
  };
}

/**
 * The world stays the same object, because the simulators hold a reference to it.
 * Throws if the step would make it invalid.
 */
export function playStep(world: World, { patch, scale: byHand }: ScriptStep, now: number): void {
  Object.assign(world, worldSchema.parse(applyPatch(world, patch)));
  if (byHand) scaleByHand(world, byHand, now);
}

function scaleByHand({ heroku, start }: World, { app: name, by, ...update }: ByHand, now: number): void {
  const app = heroku.apps[name];
  if (!app) throw new Error(`there is no app ${name} to scale`);
  const { status, body } = scale({ name, app, start }, { updates: [update] }, now, by);
  if (status !== 200) throw new Error(`Heroku would refuse to scale it: ${JSON.stringify(body)}`);
}

function isStopped({ heroku }: World): boolean {
  return Object.values(heroku.apps).some(
    ({ formation }) => formation.length > 0 && formation.every(({ quantity }) => quantity === 0),
  );
}

function hasCrashed({ heroku }: World): boolean {
  return Object.values(heroku.apps).some(({ dynos }) => dynos.some(({ state }) => state === 'crashed'));
}
