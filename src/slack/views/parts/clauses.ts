/**
 * The lines of a card's first screen. Each is made of clauses, which the card writes as sentences and `text` joins, so
 * that notifications and screen readers get the card's own facts in one or two sentences.
 */
import type { RichTextElement, RichTextSection } from '@slack/types';
import type { Instant } from '../../../runbook/model/instant.ts';
import { formatAgo, formatClock } from '../../../runbook/text/time.ts';
import { bold, escapeText, line, type Part, plain } from './message.ts';
import { AGO, AT } from './moments.ts';

export interface Clause {
  readonly parts: readonly Part[];
  /** An ordinary word is in lower case within a sentence; a name never changes. */
  readonly opensWith: 'word' | 'name';
  /** True if no period may follow, because the clause ends with a command, which someone may copy. */
  readonly endsOpen?: boolean;
}

/** A line of a card. A clause has no period of its own. */
export type ClauseLine = readonly Clause[];

/** A clause whose first word is an ordinary one. */
export function clause(...parts: readonly Part[]): Clause {
  return { parts, opensWith: 'word' };
}

/** A clause whose first word is a name: an app, a person, a check, an error. */
export function namedClause(...parts: readonly Part[]): Clause {
  return { parts, opensWith: 'name' };
}

/** Returns `Owner: …` with a bold label. */
export function labelled(label: string, ...parts: readonly Part[]): Clause {
  return clause(bold(`${label}: `), ...parts);
}

/** A clause that ends with a command, or quotes a step of the runbook, which often does. */
export function stepClause(label: string, ...parts: readonly Part[]): Clause {
  return { ...labelled(label, ...parts), endsOpen: true };
}

/** Shows the line on a card. Two or more clauses are sentences. */
export function clauseLine(clauses: ClauseLine): RichTextSection {
  if (clauses.length === 1) return line(...clauses.flatMap(({ parts }) => parts));
  return line(...clauses.flatMap((one, index) => [...(index === 0 ? [] : [plain(' ')]), ...asSentence(one)]));
}

/** Returns the parts of the clause with the period that it needs. */
export function asSentence({ parts, endsOpen = false }: Clause): Part[] {
  const last = parts.at(-1);
  const isEnded = endsOpen || (last?.type === 'text' && ENDED.test(last.text));
  return [...parts, ...(isEnded ? [] : [plain('.')])];
}

const ENDED = /[.!?…]$/;

/**
 * Returns `text` for the first screen, escaped: what is wrong in one sentence, and what comes next in another. If
 * nothing comes next, the first clause is a sentence of its own. Times are in UTC, because nothing converts them there.
 */
export function sentencesOf(wrong: readonly ClauseLine[], next: readonly ClauseLine[], now: Instant): string {
  const [head, ...more] = wrong.flat();
  const after = next.flat();
  if (head === undefined) return sentence(after, now);
  return after.length === 0
    ? `${sentence([head], now)} ${sentence(more, now)}`.trim()
    : `${sentence([head, ...more], now)} ${sentence(after, now)}`;
}

function sentence(clauses: readonly Clause[], now: Instant): string {
  const said = clauses.map(({ parts, opensWith }, index) => {
    const words = parts
      .map((part) => wordsOf(part, now))
      .join('')
      .trim()
      .replace(/\.$/, '');
    return index === 0 || opensWith === 'name' ? words : words.charAt(0).toLowerCase() + words.slice(1);
  });
  const last = said.at(-1);
  if (last === undefined) return '';
  return `${said.join('; ')}${clauses.at(-1)?.endsOpen === true || ENDED.test(last) ? '' : '.'}`;
}

function wordsOf(part: RichTextElement, now: Instant): string {
  switch (part.type) {
    case 'text':
      return escapeText(part.text);
    case 'link':
      return escapeText(part.text ?? part.url);
    case 'date': {
      const at = part.timestamp * 1_000;
      if (part.format === AGO) return formatAgo(at, now);
      return part.format === AT ? `at ${formatClock(at, now)}` : formatClock(at, now);
    }
    case 'user':
      return `<@${part.user_id}>`;
    case 'usergroup':
      return `<!subteam^${part.usergroup_id}>`;
    case 'channel':
      return `<#${part.channel_id}>`;
    case 'broadcast':
      return `<!${part.range}>`;
    // Drop emoji, because the words beside it always say the same.
    case 'emoji':
    case 'color':
    case 'team':
      return '';
  }
}
