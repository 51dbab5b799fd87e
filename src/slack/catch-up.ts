/** Shows the asker what happened within the last hours. */

import { readCatchUp } from '../operations/catch-up.ts';
import type { Target } from '../runbook/model/runbook-config.ts';
import type { Asker, SlackContext } from './context.ts';
import { catchUpView } from './views/catch-up.ts';

/** A null `target` means all targets. */
export async function runCatchUp(
  context: SlackContext,
  target: Target | null,
  forMs: number,
  { replyTo }: Asker,
): Promise<void> {
  const at = context.now();
  const caughtUp = await readCatchUp(context, at - forMs, at, target?.name);
  await context.post.toAsker(replyTo, catchUpView(caughtUp, forMs, target?.name ?? null, at));
}
