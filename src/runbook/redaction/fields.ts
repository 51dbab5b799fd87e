/**
 * Finds values that follow the name of a secret, in every notation in which programs write names and values: variables,
 * JSON (escaped once or more), YAML, Ruby and PHP hashes, flags, query parameters, XML, structs, and plain sentences.
 */
import { matchAt, readValue, type Value } from './read-value.ts';
import { type NameStrength, nameStrength } from './secret-name.ts';
import { type Candidate, isSecretValue, type Join } from './secret-value.ts';
import type { Finder, Span } from './span.ts';

const NAME = /[A-Za-z][\w-]*/g;
/**
 * This many characters are enough to judge a value (after a weak name, it only has to look random). A secret is then
 * read to its end.
 */
const JUDGED: Readonly<Record<NameStrength, number>> = { password: 240, secret: 240, weak: 64 };

export const findFields: Finder = (line) => {
  const spans: Span[] = [];
  NAME.lastIndex = 0;
  for (let found = NAME.exec(line); found; found = NAME.exec(line)) {
    const end = NAME.lastIndex;
    const strength = strengthAt(line, found.index, found[0]);
    const to = strength && redactBehind(line, found.index, end, strength, spans);
    // A value that is not a secret may contain one.
    NAME.lastIndex = to ?? end;
  }
  return spans;
};

/** Adds the text after the name if it is a secret, and returns where it ends. */
function redactBehind(
  line: string,
  begin: number,
  end: number,
  strength: NameStrength,
  spans: Span[],
): number | null {
  for (const place of placesOf(line, begin, end)) {
    const value = place.read(JUDGED[strength]);
    if (!isSecretValue(candidateOf(line, value, place, strength))) continue;
    const { from, to } = place.read(line.length);
    spans.push({ from, to, mark: '[redacted:value]' });
    return to;
  }
  return null;
}

function candidateOf(
  line: string,
  { from, to, isQuoted }: Value,
  { join }: FieldPlace,
  strength: NameStrength,
): Candidate {
  const next = isQuoted ? '' : matchAt(NEXT, line, to).trim();
  return { strength, join, isQuoted, value: line.slice(from, to), next };
}

const NEXT = /,? [A-Za-z][A-Za-z']{0,30}/y;

function strengthAt(line: string, index: number, name: string): NameStrength | null {
  const own = nameStrength(name) ?? (ONLY_IN_QUERY.test(name) && isInQuery(line, index) ? 'weak' : null);
  if (line[index - 1] === '\\') {
    // In `\npassword` and `\u0022password`, the escape's letters are not part of the name.
    return own ?? nameStrength(name.replace(/^(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|[nrtbfv])/, ''));
  }
  if (own !== 'weak' || !/^keys?$/i.test(name)) return own;
  const before = /([A-Za-z]{2,20}) $/.exec(line.slice(Math.max(0, index - 21), index))?.[1];
  return before === undefined ? own : nameStrength(`${before}_key`);
}

/** These are words of ordinary messages, but in a query they are one-time credentials of a browser redirect. */
const ONLY_IN_QUERY = /^(?:code|ticket|hash|state)$/i;

interface FieldPlace {
  readonly join: Join;
  read(limit: number): Value;
}

/** Matches the quote after a quoted name, and the end of an index: `config['password']`. */
const CLOSER = /(?:\\{0,7}["'`]|\\{1,3}(?:u002[27]|x2[27])|&quot;|&#3[49];|%2[27]|\]){0,3}/iy;
const EQUALS = /\s{0,4}(?:=>|:=|={1,3}|%(?:25)?3D|\\u003[dD]|\\x3[dD]|&#61;)\s{0,4}/iy;
const COLON = /\s{0,3}(?::(?!:)|%3A|\\u003[aA])\s{0,4}/iy;
/** Matches a type annotation: `password: str = "…"`. */
const TYPE = /[A-Za-z_][\w.]{0,40}(?:\[[\w, .|]{0,60}\])?(?: \| None)? {0,2}= {0,2}(?=\\{0,7}["'])/y;
const TAG_BEGIN = /(?:<|&lt;)(?:[\w-]{1,24}:)?$/;
const TAG_END = /(?:\s[^<>]{0,80})?(?:>|&gt;)(?:<!\[CDATA\[)?/y;
const VALUE_KEY = /\s{0,3}[,;]?\s{0,3}\\{0,3}["']?(?:value|val)\\{0,3}["']?\s{0,3}[:=]\s{0,3}/iy;
const ARROW = /\s{0,3}(?:->|→)\s{0,3}/y;
const IS = /\s{1,3}(?:is|was|equals|to|set to|changed to|reset to)\s{0,2}:?\s{1,3}/iy;
/** A word with fewer letters is not a secret. */
const GOES_ON = /\s{1,3}(?:\S{6}|is\s|was\s|to\s|set\s)/y;
const SPACE = /\s{1,3}/y;
const COMMA = /,\s{0,2}/y;
const QUOTED = /[bu]?\\{0,3}["'`]/y;

/** Returns the places where the value may be, the likeliest first. */
function placesOf(line: string, begin: number, end: number): readonly FieldPlace[] {
  if (TAG_BEGIN.test(line.slice(Math.max(0, begin - 32), begin))) {
    const tag = matchAt(TAG_END, line, end);
    return tag === '' ? [] : elementsAt(line, end + tag.length);
  }
  // For most names, one character rules out a value without trying a pattern.
  if (!/[\s=:"'`\\\]\-%&→,]/.test(line.charAt(end))) return [];
  const closer = matchAt(CLOSER, line, end);
  const at = end + closer.length;
  // Handles `<entry key="password">value</entry>`.
  if (closer !== '' && line[at] === '>') return elementsAt(line, at + 1);
  const equals = matchAt(EQUALS, line, at);
  if (equals !== '') return [place(line, at + equals.length, isInQuery(line, begin) ? 'query' : 'assigned')];
  const arrow = matchAt(ARROW, line, at);
  if (arrow !== '') return [place(line, at + arrow.length, 'said')];
  const colon = matchAt(COLON, line, at);
  // Skips a part of a longer name: `arn:aws:…:secret:prod`, `scope:token:read`.
  if (colon === ':' && line[begin - 1] === ':') return [];
  if (colon !== '') return ofColon(line, at + colon.length, closer);
  const valueKey = closer === '' && line[at] !== ',' ? '' : matchAt(VALUE_KEY, line, at);
  if (valueKey !== '') return [place(line, at + valueKey.length, 'assigned')];
  return ofSentence(line, begin, at, closer);
}

function ofColon(line: string, at: number, closer: string): readonly FieldPlace[] {
  const type = matchAt(TYPE, line, at);
  if (type !== '') return [place(line, at + type.length, 'assigned')];
  return [place(line, at, closer === '' ? 'colon' : 'assigned')];
}

function ofSentence(line: string, begin: number, at: number, closer: string): readonly FieldPlace[] {
  const space = matchAt(SPACE, line, at);
  const comma = closer === '' ? '' : matchAt(COMMA, line, at);
  if (comma !== '') return [place(line, at + comma.length, 'loose')];
  if (space === '' || closer !== '') return [];
  if (matchAt(GOES_ON, line, at) === '') return [];
  const is = matchAt(IS, line, at);
  if (is !== '') return [place(line, at + is.length, 'said')];
  const behind = at + space.length;
  if (line[begin - 1] === '-' && line[behind] !== '-') return [place(line, behind, 'colon')];
  return [place(line, behind, matchAt(QUOTED, line, behind) === '' ? 'loose' : 'said')];
}

function place(line: string, at: number, join: Join): FieldPlace {
  return { join, read: (limit) => readValue(line, at, limit) };
}

/** No value is longer, and a search must end even if there is none. */
const LONGEST_ELEMENT = 1_000;

/**
 * Returns an element's content up to its closing tag. Without a closing tag it is not an element (`--token <token> …`).
 */
function elementsAt(line: string, from: number): readonly FieldPlace[] {
  const isData = line.startsWith('CDATA[', from - 6);
  const to = line.slice(from, from + LONGEST_ELEMENT).search(isData ? /\]\]>/ : /<|&lt;/) + from;
  if (to < from || !(isData || /^(?:<|&lt;)\//.test(line.slice(to, to + 5)))) return [];
  const read = (limit: number) => ({ from, to: Math.min(to, from + limit), isQuoted: true });
  return [{ join: 'assigned', read }];
}

function isInQuery(line: string, begin: number): boolean {
  return /(?:[?&]|&amp;|%26|%3F)$/i.test(line.slice(Math.max(0, begin - 5), begin));
}
