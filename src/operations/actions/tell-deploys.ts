/** A stop, or its undo, is told on the cards of deploys that are under way: what they release would not run, or runs again. */
import type { Action } from '../../runbook/model/action.ts';
import type { ExecutionContext } from './context.ts';

/** `change`: a stop or a restore that has taken effect. */
export async function tellDeploys(change: Action, { actionStore, now }: ExecutionContext): Promise<void> {
  if (change.kind !== 'stop' && change.kind !== 'restore') return;
  const at = now();
  for (const action of await actionStore.open()) {
    if (action.kind !== 'deploy' || action.state !== 'executing' || action.app !== change.app) continue;
    const words = noticeOf(change);
    const { notice: _before, ...progress } = action.progress;
    await actionStore.move(action.id, {
      name: 'annotate',
      event: change.kind === 'stop' ? 'app_stopped' : 'app_restored',
      at,
      progress: change.kind === 'stop' ? { ...progress, notice: words } : progress,
      words,
    });
  }
}

/** Without a time of day: it stands in a thread whose messages have theirs, in the reader's zone. */
function noticeOf({ kind, app, reason }: Action): string {
  if (kind === 'restore') return `${app} was restored: what this deploy releases runs again.`;
  const why = reason === null ? '' : ` (“${reason}”)`;
  return `${app} was stopped on purpose${why}. What this deploy releases runs only once it is restored.`;
}
