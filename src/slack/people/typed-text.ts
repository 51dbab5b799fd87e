/** Restores what a person typed after a command, because Slack sends ids in place of names, channels, and links. */
import type { WebClient } from '@slack/web-api';
import { fromOutside } from '../../runbook/text/harmless.ts';
import type { Directory } from './directory.ts';

export interface TypedTextContext {
  /** Has short timeouts, because Slack waits for the acknowledgement. */
  readonly quickClient: WebClient;
  readonly directory: Pick<Directory, 'person'>;
}

/** Matches `<@U…|moira>`, `<#C…|random>`, `<!subteam^S…|@oncall>`, `<!here>`, and `<https://…|label>`. */
const ENTITY = /<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g;
/** Number of names that are looked up. A person waits for the reply, so further ones stay ids. */
const MOST_LOOKED_UP = 10;

/** Never rejects. A name that Slack does not show stays an id. */
export async function readTyped(context: TypedTextContext, text: string): Promise<string> {
  const found = [...text.matchAll(ENTITY)];
  const words = await Promise.all(
    found.map((match, index) => wordsOf(context, match, index < MOST_LOOKED_UP)),
  );
  let next = 0;
  // Names are untrusted text, too.
  return fromOutside(unescaped(text.replace(ENTITY, () => words[next++] ?? '')));
}

async function wordsOf(
  context: TypedTextContext,
  [, sign = '', id = '', label = '']: RegExpExecArray,
  mayLookUp: boolean,
): Promise<string> {
  if (sign === '@')
    return label === '' ? (mayLookUp && (await handleOf(context, id))) || `@${id}` : `@${label}`;
  if (sign === '#')
    return label === '' ? (mayLookUp && (await channelOf(context, id))) || `#${id}` : `#${label}`;
  if (sign === '!') return label === '' ? `@${id.replace(/^subteam\^/, '')}` : at(label);
  return linkWords(id, label);
}

/** Returns null if Slack does not show the person. */
async function handleOf({ directory }: TypedTextContext, id: string): Promise<string | null> {
  const read = await directory.person(id);
  return (read.ok ? read.value : read.last?.value)?.handle ?? null;
}

/** Slack sends a private channel without its name. */
async function channelOf({ quickClient }: TypedTextContext, channel: string): Promise<string | null> {
  const answer = await quickClient.conversations.info({ channel }).catch(() => null);
  return answer?.channel?.name ? `#${answer.channel.name}` : null;
}

const at = (label: string) => (label.startsWith('@') ? label : `@${label}`);

/** Slack turns a typed `app.example.com` into a link with that label, so the label is what was typed. */
function linkWords(url: string, label: string): string {
  if (label === '' || label === url) return url.replace(/^mailto:/, '');
  return isSameAddress(url, label) ? label : `${label} (${url})`;
}

function isSameAddress(url: string, label: string): boolean {
  const bare = (address: string) => address.replace(/^(https?:\/\/|mailto:|tel:)/, '').replace(/\/$/, '');
  return bare(url) === bare(label);
}

/** Undoes Slack's escaping of its three control characters (docs: "Escaping text"). `&amp;` comes last. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
