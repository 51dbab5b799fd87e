/** What people typed after a command, as they typed it: Slack hands names, channels and links over as ids. */
import type { WebClient } from '@slack/web-api';
import { fromOutside } from '../../runbook/text/harmless.ts';
import type { Directory } from './directory.ts';

/** Never rejects; a name that Slack does not show stays an id. */
export type ReadTyped = (text: string) => Promise<string>;

/** `<@U…|moira>`, `<#C…|random>`, `<!subteam^S…|@oncall>`, `<!here>`, `<https://…|label>` */
const ENTITY = /<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g;
/** More names than these are not looked up: somebody waits for the answer. */
const MOST_LOOKED_UP = 10;

export function createReadTyped(client: WebClient, directory: Pick<Directory, 'person'>): ReadTyped {
  return async (text) => {
    const found = [...text.matchAll(ENTITY)];
    const words = await Promise.all(found.map((match, index) => wordsOf(match, index < MOST_LOOKED_UP)));
    let next = 0;
    // Names are text of others, too.
    return fromOutside(unescaped(text.replace(ENTITY, () => words[next++] ?? '')));
  };

  async function wordsOf(
    [, sign = '', id = '', label = '']: RegExpExecArray,
    mayLookUp: boolean,
  ): Promise<string> {
    if (sign === '@') return label === '' ? (mayLookUp && (await handleOf(id))) || `@${id}` : `@${label}`;
    if (sign === '#') return label === '' ? (mayLookUp && (await channelOf(id))) || `#${id}` : `#${label}`;
    if (sign === '!') return label === '' ? `@${id.replace(/^subteam\^/, '')}` : at(label);
    return linkWords(id, label);
  }

  async function handleOf(id: string): Promise<string> {
    const read = await directory.person(id);
    return (read.ok ? read.value : read.last?.value)?.handle ?? '';
  }

  /** A private channel comes without its name. */
  async function channelOf(channel: string): Promise<string> {
    const answer = await client.conversations.info({ channel }).catch(() => null);
    return answer?.channel?.name ? `#${answer.channel.name}` : '';
  }
}

const at = (label: string) => (label.startsWith('@') ? label : `@${label}`);

/** `app.example.com` comes as a link of that name: the name is what was typed. */
function linkWords(url: string, label: string): string {
  if (label === '' || label === url) return url.replace(/^mailto:/, '');
  return isSameAddress(url, label) ? label : `${label} (${url})`;
}

function isSameAddress(url: string, label: string): boolean {
  const bare = (address: string) => address.replace(/^(https?:\/\/|mailto:|tel:)/, '').replace(/\/$/, '');
  return bare(url) === bare(label);
}

/** Slack escapes its three control characters in what people type (docs: "Escaping text"); `&amp;` last. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
