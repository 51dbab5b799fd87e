/** Shortens texts without making them untrue: between code points, at a token, and never inside a redaction mark. */

/** A redaction mark replaces a secret: `[redacted:value]`. */
const LONGEST_MARK = 40;
/** A cut moves back by at most this many characters to end with a whole token. */
const FURTHEST_BACK = 24;

/** Returns at most `length` code points, with `…` at the end if something was cut off. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = indexOfPoint(text, length);
  if (end >= text.length) return text;
  return `${text.slice(0, beforeMark(text, indexOfPoint(text, Math.max(0, length - 1))))}…`;
}

/** Works like `cut`, but drops a token as a whole if it begins shortly before the cut. */
export function cutAtToken(text: string, length: number): string {
  const short = cut(text, length);
  if (short === text) return text;
  const end = short.length - 1;
  if (/\s/.test(text.charAt(end))) return `${short.slice(0, end).trimEnd()}…`;
  const gap = short.lastIndexOf(' ', end - 1);
  return gap > 0 && end - gap <= FURTHEST_BACK ? `${short.slice(0, gap).trimEnd()} …` : short;
}

/** Returns where code point number `count` begins, in code units, or the text's length if it has fewer. */
function indexOfPoint(text: string, count: number): number {
  let index = 0;
  for (let point = 0; point < count && index < text.length; point += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

/** Half a mark would look like text, and a second redaction would take it for a value. */
function beforeMark(text: string, end: number): number {
  const open = text.lastIndexOf('[redacted:', end);
  if (open < 0 || open >= end || end - open > LONGEST_MARK) return end;
  const close = text.indexOf(']', open);
  return close < 0 || close >= end ? open : end;
}
