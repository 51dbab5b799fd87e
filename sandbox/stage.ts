/** The scenario that is being played: its world, which the simulators read and change, and its script. */
import { advance } from './github/live-runs.ts';
import { settleDynos } from './heroku/dynos.ts';
import { buildWorld, type Scenario } from './scenario.ts';
import { createScript } from './script.ts';
import type { World } from './world.ts';

export interface Pace {
  /** Factor for the duration of boots and runs. At 1, a person can follow them. */
  readonly pace: number;
  /** Seconds that a dyno takes to boot. */
  readonly bootSeconds: number;
}

export interface Stage {
  scenario(): Scenario;
  world(): World;
  /** Returns the current world, after applying everything that has happened by itself. */
  worldNow(): World;
  /** Plays the steps of the script that are due. */
  play(): void;
  /** Begins another scenario with a fresh world. */
  set(scenario: Scenario): void;
}

export function createStage(first: Scenario, pace: Pace): Stage {
  let scenario = first;
  let world = buildPaced(first, pace);
  let playScript = createScript(first.script);
  return {
    scenario: () => scenario,
    world: () => world,
    worldNow() {
      const now = Date.now();
      advance(world, now);
      settleDynos(world, now);
      return world;
    },
    play: () => playScript(world, Date.now()),
    set(next) {
      scenario = next;
      world = buildPaced(next, pace);
      playScript = createScript(next.script);
    },
  };
}

/** Slows the world down, because nobody can follow events that happen instantly. */
function buildPaced(scenario: Scenario, { pace, bootSeconds }: Pace): World {
  const world = buildWorld(scenario, Date.now());
  for (const app of Object.values(world.heroku.apps)) app.bootSeconds = bootSeconds;
  const { deploys } = world.github;
  world.github.deploys = {
    ...deploys,
    phase: deploys.phase * pace,
    hiddenFor: deploys.hiddenFor * pace,
    crashesAfter: deploys.crashesAfter === null ? null : deploys.crashesAfter * pace,
  };
  return world;
}
