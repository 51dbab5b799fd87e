/** A sentence whose people, groups and channels are values, so that nobody has to find them in the words. */

import { cut } from './cut.ts';

/** Ids as Slack has them. */
export type Mention = { readonly who: string } | { readonly group: string } | { readonly channel: string };

export type PhrasePart = string | Mention;

/** A plain sentence, or its parts. */
export type Phrase = string | readonly PhrasePart[];

/** A phrase of parts: plain text when nobody is mentioned in it. */
export function phraseOf(parts: readonly PhrasePart[]): Phrase {
  const merged: PhrasePart[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged.splice(-1, 1, last + part);
    else merged.push(part);
  }
  const [only = ''] = merged;
  return merged.length <= 1 && typeof only === 'string' ? only : merged;
}

/** The phrase in parts, so that phrases can be put together. */
export function partsOf(phrase: Phrase): readonly PhrasePart[] {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

/** The phrase as text. `nameOf`: what stands for a mention; its id when left out, as the audit and the log keep it. */
export function phraseText(phrase: Phrase, nameOf: (mention: Mention) => string = idOf): string {
  return partsOf(phrase)
    .map((part) => (typeof part === 'string' ? part : nameOf(part)))
    .join('');
}

/** The phrase for text that cannot mention anybody, and where an id would say nothing. */
export function withoutMentions(phrase: Phrase): string {
  return phraseText(phrase, (mention) => {
    if ('who' in mention) return 'somebody';
    return 'group' in mention ? 'a group' : 'the channel';
  });
}

function idOf(mention: Mention): string {
  if ('who' in mention) return mention.who;
  return 'group' in mention ? mention.group : mention.channel;
}

/** One phrase of several: `a, b, c`. */
export function joinPhrases(phrases: readonly Phrase[], separator: string): readonly PhrasePart[] {
  return phrases.flatMap((phrase, index) =>
    index === 0 ? partsOf(phrase) : [separator, ...partsOf(phrase)],
  );
}

/** Room that a mention takes: a name of usual length. */
const NAME = 12;

/** At most about `longest` characters; a mention is kept whole or left out. */
export function cutPhrase(phrase: Phrase, longest: number): readonly PhrasePart[] {
  const kept: PhrasePart[] = [];
  let left = longest;
  for (const part of partsOf(phrase)) {
    if (typeof part === 'string' && part.length > left) return [...kept, cut(part, left)];
    left -= typeof part === 'string' ? part.length : NAME;
    if (left < 0) return kept;
    kept.push(part);
  }
  return kept;
}
