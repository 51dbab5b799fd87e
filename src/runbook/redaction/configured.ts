/** Finds the configured secrets themselves, in every encoding in which programs write a value. */
import type { Finder, Span } from './span.ts';

/** Hiding a shorter value would black out ordinary words, so it is reported at startup instead (see `config.ts`). */
export const SHORTEST_SECRET = 8;

/** Encodings are found by their first three characters. A table of this size keeps false alarms rare. */
const PLACES = 1 << 15;

/** Finds each value of `secrets` as a whole, whatever its case, encoding and surroundings. */
export function findConfigured(secrets: readonly string[]): Finder {
  const spellings = new Set(secrets.flatMap(spellingsOf).map(foldCase));
  if (spellings.size === 0) return () => [];
  const places = new Map<number, string[]>();
  // Longer spellings come first, so that no part of one remains.
  for (const one of [...spellings].toSorted((a, b) => b.length - a.length)) {
    const place = placeOf(one.charCodeAt(0), one.charCodeAt(1), one.charCodeAt(2));
    places.set(place, [...(places.get(place) ?? []), one]);
  }
  const taken = new Uint8Array(PLACES);
  for (const place of places.keys()) taken[place] = 1;
  return (text) => {
    const folded = foldCase(text);
    const spans: Span[] = [];
    let free = 0;
    let [first, second] = [folded.charCodeAt(0), folded.charCodeAt(1)];
    for (let end = 2; end < folded.length; end += 1) {
      const third = folded.charCodeAt(end);
      const place = placeOf(first, second, third);
      [first, second] = [second, third];
      const at = end - 2;
      if (taken[place] !== 1 || at < free) continue;
      const found = places.get(place)?.find((one) => folded.startsWith(one, at));
      if (found === undefined) continue;
      free = at + found.length;
      spans.push({ from: at, to: free, mark: '[redacted:secret]' });
    }
    return spans;
  };
}

function placeOf(first: number, second: number, third: number): number {
  return (first + second * 31 + third * 961) & (PLACES - 1);
}

/** Only ASCII is folded, because the text's length must not change. */
function foldCase(text: string): string {
  const folded = text.toLowerCase();
  return folded.length === text.length ? folded : text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}

function spellingsOf(secret: string): string[] {
  // The first and last lines of a key are left out: every key has them, and the rules find keys by them.
  const lines = secret.includes('\n')
    ? secret.split(/\r?\n/).filter((line) => line.length >= 20 && !line.startsWith('-----'))
    : [];
  const all = [secret, secret.toLowerCase(), secret.toUpperCase()].flatMap((one) => [
    ...asText(one),
    ...asBase64(one),
    asHex(one),
  ]);
  return [...all, ...lines].filter((one) => one.length >= SHORTEST_SECRET);
}

/** Returns the spellings in JSON, in a URL, in a form and in HTML. */
function asText(secret: string): string[] {
  const wellFormed = secret.toWellFormed();
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inAscii = inJson.replace(/[^\x20-\x7e]/g, (unit) => escapeUnit(unit));
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  const inHtml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    secret,
    inJson,
    inAscii,
    JSON.stringify(inJson).slice(1, -1),
    // Some JSON writers also escape the slash.
    inJson.replaceAll('/', '\\/'),
    component,
    strict,
    strict.replaceAll('%20', '+'),
    encodeURIComponent(component),
    encodeURI(wellFormed),
    inHtml,
    inHtml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    inHtml.replaceAll('"', '&#34;').replaceAll("'", '&#x27;'),
  ];
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function asHex(secret: string): string {
  return [...new TextEncoder().encode(secret)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Returns the Base64 of the secret by itself and inside a longer text, at each of its three alignments, plain and
 * URL-safe.
 */
function asBase64(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const bytes = new TextEncoder().encode(secret);
  const encode = (given: Uint8Array) => btoa(String.fromCharCode(...given));
  const inside = [0, 1, 2].map((shift) => {
    const encoded = encode(new Uint8Array([...new Uint8Array(shift), ...bytes])).replace(/=+$/, '');
    // The characters that share bits with the text before or after the secret differ from text to text.
    const begin = shift === 0 ? 0 : shift + 1;
    const end = (shift + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(begin, end);
  });
  const plain = [encode(bytes), ...inside];
  return plain.flatMap((one) => [one, one.replaceAll('+', '-').replaceAll('/', '_')]);
}
