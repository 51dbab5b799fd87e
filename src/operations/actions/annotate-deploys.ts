/** Notes a stop or a restore on the cards of deploys in progress: what they release will not run, or runs again. */
import type { Action } from '../../runbook/model/action.ts';
import type { ExecutionContext } from './context.ts';

/** `change`: a stop or a restore that has taken effect. */
export async function annotateDeploys(change: Action, { actionStore, now }: ExecutionContext): Promise<void> {
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

/** The notice has no time of day, because messages in the thread show their own, in the reader's time zone. */
function noticeOf({ kind, app, reason }: Action): string {
  if (kind === 'restore') return `${app} was restored: this deploy's release will run.`;
  const why = reason === null ? '' : ` (“${reason}”)`;
  return `${app} was stopped on purpose${why}. This deploy's release won't run until the app is restored.`;
}
