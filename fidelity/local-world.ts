/** A local world for the length of a check. */
import { LOCAL_TOKENS, type LocalOutside, startOutside } from '../sandbox/outside.ts';
import { buildWorld, loadScenario } from '../sandbox/scenario.ts';

/** Starts the scenario's world for one check, and closes it whatever happens. */
export async function withWorld<T>(
  scenarioId: string,
  use: (outside: LocalOutside) => Promise<T>,
): Promise<T> {
  const scenario = loadScenario(scenarioId);
  const world = buildWorld(scenario, Date.now());
  const outside = await startOutside(() => world);
  try {
    return await use(outside);
  } finally {
    await outside.close();
  }
}

export const TOKENS = LOCAL_TOKENS;
