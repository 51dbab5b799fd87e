/** Handles a post to a `response_url`: a new message, or the replacement or removal of the one that was clicked. */
import { z } from 'zod';
import { type Arguments, Refusal } from './method.ts';
import { readContent } from './methods/chat.ts';
import type { Origin } from './response-urls.ts';
import type { Slack } from './slack.ts';

const reply = z.object({
  text: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

/** Shows `body` (the JSON of an ack or of a post to the response_url) at `origin`. Throws a `Refusal`. */
export function showReply(slack: Slack, origin: Origin, body: unknown): void {
  const parsed = reply.safeParse(body);
  if (!parsed.success) throw new Refusal('invalid_payload');
  const { response_type, replace_original, delete_original, thread_ts } = parsed.data;
  const { channel, user, source } = origin;
  if (delete_original) {
    if (!source) throw new Refusal('delete_original_not_supported');
    slack.messages.remove(channel, source.ts);
    return;
  }
  const content = readContent(argumentsOf(parsed.data), slack.workspace);
  if (replace_original && source) {
    if (!slack.messages.change(channel, source.ts, content)) throw new Refusal('message_not_found');
    return;
  }
  slack.messages.post({
    ...content,
    channel,
    author: slack.workspace.botUserId,
    ...(response_type === 'ephemeral' ? { onlyFor: user } : {}),
    ...(thread_ts !== undefined && response_type === 'in_channel' ? { threadTs: thread_ts } : {}),
  });
}

function argumentsOf({ text, blocks }: z.infer<typeof reply>): Arguments {
  return {
    ...(text === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks: JSON.stringify(blocks) }),
  };
}
