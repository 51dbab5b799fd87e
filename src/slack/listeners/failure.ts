/** Replies to every request that fails. The reply carries an id that finds the error in the log. */
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { failureWords } from '../client/failure-words.ts';
import type { ReplyTo } from '../client/post.ts';
import type { SlackContext } from '../context.ts';
import { failureView } from '../views/parts/answers.ts';

/**
 * Does the work after the acknowledgement.
 * If the database makes it fail, the asker gets the manual commands. Never rejects.
 */
export async function runAfterAck(
  context: SlackContext,
  replyTo: ReplyTo,
  work: () => Promise<void>,
  manualCommands: () => readonly string[] = () => [],
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const id = reportFailure(context, error);
    const commands = error instanceof DatabaseFault ? manualCommands() : [];
    const message = failureView(failureWords(error, id), commands);
    await context.post.toAsker(replyTo, message).catch((second: unknown) => {
      context.log.error({ err: second, id }, 'the asker could not be notified that their request failed');
    });
  }
}

/** Like `runAfterAck`, for a reply that is the acknowledgement itself: one sentence without markup. */
export function failureSentence(
  context: SlackContext,
  error: unknown,
  manualCommands: readonly string[] = [],
): string {
  const id = reportFailure(context, error);
  const isManual = error instanceof DatabaseFault && manualCommands.length > 0;
  const byHand = isManual ? ` By hand: ${manualCommands.join(' · ')}` : '';
  return `${failureWords(error, id).replaceAll('`', '')}${byHand}`;
}

function reportFailure({ log, counts, randomId }: SlackContext, error: unknown): string {
  const id = randomId();
  counts.failedAnswer();
  log.error({ err: error, id }, 'a request failed');
  return id;
}
