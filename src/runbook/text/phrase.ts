/** A sentence whose people, groups and channels are values, so that nobody has to find them in the words. */

import { cut } from './cut.ts';

/** The ids are Slack's. */
export type Mention = { readonly who: string } | { readonly group: string } | { readonly channel: string };

export type PhrasePart = string | Mention;

/** A plain sentence, or its parts. */
export type Phrase = string | readonly PhrasePart[];

/** Builds a phrase from parts. The result is plain text when it mentions nobody. */
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

/** Returns the parts of a phrase, so that phrases can be combined. */
export function partsOf(phrase: Phrase): readonly PhrasePart[] {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

/**
 * Returns the phrase as text. `nameOf`: the text for a mention. The default is its id, which the audit and the log
 * keep.
 */
export function phraseText(phrase: Phrase, nameOf: (mention: Mention) => string = idOf): string {
  return partsOf(phrase)
    .map((part) => (typeof part === 'string' ? part : nameOf(part)))
    .join('');
}

/** Returns the phrase for text that cannot mention anyone, and where an id would mean nothing. */
export function withoutMentions(phrase: Phrase): string {
  return phraseText(phrase, (mention) => {
    if ('who' in mention) return 'someone';
    return 'group' in mention ? 'a group' : 'the channel';
  });
}

function idOf(mention: Mention): string {
  if ('who' in mention) return mention.who;
  return 'group' in mention ? mention.group : mention.channel;
}

/** Joins several phrases into one: `a, b, c`. */
export function joinPhrases(phrases: readonly Phrase[], separator: string): readonly PhrasePart[] {
  return phrases.flatMap((phrase, index) =>
    index === 0 ? partsOf(phrase) : [separator, ...partsOf(phrase)],
  );
}

/** The room that a mention takes: a name of the usual length. */
const NAME = 12;

/** Returns at most about `longest` characters. A mention is kept whole or left out. */
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
