/** What happened in the last hours, for the asker alone. */

import { readCatchUp } from '../operations/catch-up.ts';
import type { Target } from '../runbook/model/runbook-config.ts';
import type { Place } from './client/post.ts';
import type { SlackDeps } from './deps.ts';
import { catchUpView } from './views/catch-up.ts';

/** `target` null: of all targets. */
export async function runCatchUp(
  target: Target | null,
  forMs: number,
  place: Place,
  { incidentStore, actionStore, post, now }: SlackDeps,
): Promise<void> {
  const at = now();
  const caught = await readCatchUp({ incidentStore, actionStore }, at - forMs, at, target?.name);
  await post.toAsker(place, catchUpView(caught, forMs, target?.name ?? null));
}
