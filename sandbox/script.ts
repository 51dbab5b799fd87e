/** A scenario that goes on by itself: its steps change the world when their time has come. */
import { applyPatch, type Plain } from './patch.ts';
import type { World } from './world.ts';
import { worldSchema } from './world-schema.ts';

export interface ScriptStep {
  /** Seconds after the scenario began. */
  readonly after: number;
  /** Only while a dyno is crashed: what somebody has mended meanwhile is left alone. */
  readonly only_if?: 'crashed' | undefined;
  /** Laid over the world as it is then. */
  readonly patch: Plain;
}

/** Changes `world` as the steps say that are due at `now` and were not played yet. */
export type Play = (world: World, now: number) => void;

export function createScript(steps: readonly ScriptStep[]): Play {
  const left = steps.toSorted((one, other) => one.after - other.after);
  return (world, now) => {
    for (let [step] = left; step && now >= world.start + step.after * 1_000; [step] = left) {
      left.shift();
      if (step.only_if === undefined || hasCrashed(world)) playStep(world, step);
    }
  };
}

/** The world stays the same object: the simulators hold on to it. Throws when it would not be a world any more. */
export function playStep(world: World, { patch }: ScriptStep): void {
  Object.assign(world, worldSchema.parse(applyPatch(world, patch)));
}

function hasCrashed({ heroku }: World): boolean {
  return Object.values(heroku.apps).some(({ dynos }) => dynos.some(({ state }) => state === 'crashed'));
}
