/** A scenario that goes on by itself: its steps change the world when their time has come. */
import { scale } from './heroku/scale.ts';
import { applyPatch, type Plain } from './patch.ts';
import type { World } from './world.ts';
import { worldSchema } from './world-schema.ts';

export interface ScriptStep {
  /** Seconds after the scenario began; with `when`, after that came true. */
  readonly after: number;
  /** Its seconds begin when no process of some app is meant to run any more. */
  readonly when?: 'stopped' | undefined;
  /** Only while a dyno is crashed: what somebody has mended meanwhile is left alone. */
  readonly only_if?: 'crashed' | undefined;
  /** Somebody scales an app past the bot. */
  readonly scale?: ByHand | undefined;
  /** Laid over the world as it is then. */
  readonly patch: Plain;
}

export interface ByHand {
  readonly app: string;
  readonly type: string;
  readonly quantity: number;
  readonly size: string;
  readonly by: string;
}

/** Changes `world` as the steps say that are due at `now` and were not played yet. */
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

/** The world stays the same object: the simulators hold on to it. Throws when it would not be a world any more. */
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
