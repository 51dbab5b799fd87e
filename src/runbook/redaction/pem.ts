/** Finds private keys in PEM form, the only secret that spans several lines. */
import type { Span } from './span.ts';

const BEGIN = '-----BEGIN ';
const HEAD = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Matches the body: base64, line ends (including escaped ones), and headers such as `Proc-Type: 4,ENCRYPTED`. */
const BODY = /(?:\\{1,3}[nr]|[A-Za-z0-9+/=]|[\r\n]+(?=[A-Za-z0-9+/=]))*/y;
/** A key of 16,384 bits is shorter. */
const LONGEST = 20_000;

export function findPrivateKeys(text: string): readonly Span[] {
  const spans: Span[] = [];
  let end: { readonly from: number; readonly to: number } | null | undefined;
  for (let from = text.indexOf(BEGIN); from >= 0; ) {
    HEAD.lastIndex = from;
    if (!HEAD.test(text)) {
      from = text.indexOf(BEGIN, from + BEGIN.length);
      continue;
    }
    const body = HEAD.lastIndex;
    // One search serves all keys that begin before the end it finds, so many beginnings cost no more than one.
    if (end === undefined || (end && end.from < body)) end = nextEnd(text, body);
    const isWhole = end !== null && end.from - body < LONGEST;
    const to = isWhole && end ? end.to : endOfBody(text, body);
    spans.push({ from, to, mark: '[redacted:private-key]' });
    from = text.indexOf(BEGIN, to);
  }
  return spans;
}

function nextEnd(text: string, from: number): { readonly from: number; readonly to: number } | null {
  END.lastIndex = from;
  const found = END.exec(text);
  return found && { from: found.index, to: END.lastIndex };
}

/** Handles a key that the log cut before its end. */
function endOfBody(text: string, from: number): number {
  BODY.lastIndex = from;
  BODY.test(text);
  return BODY.lastIndex;
}
