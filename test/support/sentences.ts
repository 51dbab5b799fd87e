/** Counts the sentences of a notification, as a reader would. */

/** A period, a question mark or an ellipsis, and after it the beginning of another sentence. */
const END = /[.!?…][”")]?\s+(?=["“<]?[A-Za-z0-9])/g;

export function sentenceCount(text: string): number {
  return (text.match(END) ?? []).length + 1;
}
