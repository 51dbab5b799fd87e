/** A message that says what a slow diagnosis is waiting for. It is edited in place until the card replaces it. */
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { MessageRef } from '../client/send.ts';
import type { Asker, SlackContext } from '../context.ts';
import { waitingView } from '../views/diagnosis/waiting.ts';
import type { Message } from '../views/parts/message.ts';

/** Most diagnoses finish before anyone wonders, so the message appears only after this time. */
const WONDER_MS = 1_000;
/** Slack allows about one edit per second in a channel, and nobody reads faster than this. */
const EDIT_EVERY_MS = 2_000;

export interface WaitingMessage {
  /**
   * Ends the waiting. Returns an editable message, which the caller replaces or removes. Returns null if there is
   * none, or if a request for it is still in progress: the caller does not wait for Slack, and the message is removed
   * once it arrives.
   */
  end(): MessageRef | null;
}

/**
 * Runs every Slack request in the background, so that none delays the diagnosis.
 * A failed request only ends the updates.
 */
export function showWaiting(
  context: SlackContext,
  target: Target,
  { person, replyTo }: Asker,
): WaitingMessage {
  const { diagnosisService, facts, post, now, log } = context;
  const since = now();
  let shown: { readonly at: MessageRef; readonly names: string } | null = null;
  let isEnded = false;
  let isBusy = false;
  let timer = setTimeout(begin, WONDER_MS);

  function draw(): { readonly message: Message; readonly names: string } {
    const names = diagnosisService.waitingFor(target);
    const within = facts.deadlines.diagnoseMs;
    return {
      message: waitingView({ app: target.app, names, since, within, by: person.id }),
      names: names.join(),
    };
  }

  function begin(): void {
    isBusy = true;
    next()
      .catch((error: unknown) => log.warn({ err: error }, 'what a diagnosis waits for could not be shown'))
      .finally(() => {
        isBusy = false;
        if (isEnded && shown) void removeWaiting(context, shown.at);
      });
  }

  async function next(): Promise<void> {
    const { message, names } = draw();
    if (shown === null) {
      const at = await post.onlyInChannel(replyTo, message);
      // A private reply cannot be edited, so it is sent only once.
      if (at === null) return isEnded ? undefined : post.toAsker(replyTo, message);
      shown = { at, names };
    } else if (shown.names !== names) {
      if (!(await post.edit(shown.at, message))) return;
      shown = { at: shown.at, names };
    }
    if (!isEnded) timer = setTimeout(begin, EDIT_EVERY_MS);
  }

  return {
    end() {
      isEnded = true;
      clearTimeout(timer);
      return isBusy ? null : (shown?.at ?? null);
    },
  };
}

/** Never rejects. */
export async function removeWaiting({ post, log }: SlackContext, waiting: MessageRef): Promise<void> {
  await post.remove(waiting).catch((error: unknown) => {
    log.warn({ err: error }, 'a message about waiting could not be removed');
  });
}
