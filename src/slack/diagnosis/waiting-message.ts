/** The message that says what a slow diagnosis waits for, edited in place; the card takes its place when it is ready. */
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { MessageRef } from '../client/send.ts';
import type { Asker, SlackContext } from '../context.ts';
import { waitingView } from '../views/diagnosis/waiting.ts';
import type { Message } from '../views/parts/message.ts';

/** Most diagnoses are done before anybody wonders. */
const WONDER_MS = 1_000;
/** Slack allows about one edit a second in a channel, and nobody reads faster. */
const EDIT_EVERY_MS = 2_000;

export interface WaitingMessage {
  /**
   * Ends the waiting. Where a message stands that can be edited now, and that the caller replaces or removes. Null when there is
   * none, or when a request for it is still on its way: nobody waits for Slack, and the message is removed when it has arrived.
   */
  end(): MessageRef | null;
}

/** Nothing that Slack does here delays the diagnosis: every request runs beside it, and each failure only ends the showing. */
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
      // An answer for the asker alone cannot be edited: it is given once.
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
