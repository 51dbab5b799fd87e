/** A part of a text that must not be shown, and what replaces it. */
export interface Span {
  readonly from: number;
  /** The first character after the span. */
  readonly to: number;
  readonly mark: string;
}

/** Finds what must not be shown in one unchanged line. No rule sees another rule's marks in the same round. */
export type Finder = (line: string) => readonly Span[];

const MARK = /^\[redacted(?::[a-z-]{1,20})?\]$/;

/** Returns true if the text is nothing but an earlier redaction. */
export function isMark(text: string): boolean {
  return text.length < 40 && MARK.test(text);
}

/** Replaces each span in the text. Overlapping spans become one, with the mark of the one that begins first. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  const sorted = spans.toSorted(
    (one, other) => one.from - other.from || other.to - one.to || generality(one) - generality(other),
  );
  let clean = '';
  let at = 0;
  let index = 0;
  while (index < sorted.length) {
    const first = sorted[index];
    if (!first) break;
    let { to } = first;
    index += 1;
    for (let next = sorted[index]; next && next.from < to; next = sorted[index]) {
      to = Math.max(to, next.to);
      index += 1;
    }
    clean += text.slice(at, first.from) + first.mark;
    at = to;
  }
  return clean + text.slice(at);
}

/** Of two marks for the same span, the more specific one wins. */
function generality({ mark }: Span): number {
  return mark === '[redacted:value]' ? 1 : 0;
}
