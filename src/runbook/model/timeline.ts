/** A line of an incident's timeline: a value for each event, and the sentence that it becomes when shown alone. */
import type { Instant } from './instant.ts';

export interface IncidentEvent {
  readonly seq: number;
  readonly event: string;
  readonly who: string;
  readonly at: Instant;
  /** The words that the line adds to its event's name, such as `healthy on two checks`; null when it adds nothing. */
  readonly words: string | null;
  /** True when a person called the operator by hand; `words` is then the reason. */
  readonly byHand: boolean;
  readonly hash: string;
}

type Said = Pick<IncidentEvent, 'event' | 'words' | 'byHand'>;

/** The sentence around what a line adds, for events whose sentence begins with their name. */
interface Sentence {
  readonly before: string;
  readonly after: string;
  /** The whole sentence, when the line adds nothing. */
  readonly alone: string;
}

const OF_STOP = 'Nobody is paged while it is stopped.';

const SENTENCES: ReadonlyMap<string, Sentence> = new Map([
  ['acknowledged', { before: 'Acknowledged: ', after: '', alone: 'Acknowledged.' }],
  ['closed', { before: 'Closed: ', after: '', alone: 'Closed.' }],
  ['resolved', { before: 'Resolved: ', after: '', alone: 'Resolved.' }],
  ['snoozed', { before: 'Snoozed ', after: '', alone: 'Snoozed.' }],
  ['stopped', { before: 'Stopped: ', after: `. ${OF_STOP}`, alone: `Stopped. ${OF_STOP}` }],
]);
const BY_HAND: Sentence = { before: 'Escalated manually: ', after: '', alone: 'Escalated manually.' };
/** As earlier versions stored it. */
const STORED_BY_HAND: Sentence = { before: 'By hand: ', after: '', alone: 'By hand.' };

function sentenceOf({ event, byHand }: Said): Sentence | undefined {
  return byHand ? BY_HAND : SENTENCES.get(event);
}

/** Returns a line as it is shown alone: `Resolved: healthy on two checks`, `Escalated manually: logins fail`. */
export function timelineWords(said: Said): string {
  const { words } = said;
  const sentence = sentenceOf(said);
  if (words === null) return sentence?.alone ?? '';
  return sentence ? `${sentence.before}${words}${sentence.after}` : words;
}

/**
 * Returns a line as it is shown beside the name of its event, which is not repeated. Returns null when the name says it
 * all.
 */
export function addedWords({ event, words, byHand }: Said): string | null {
  return byHand && event !== 'escalated' ? timelineWords({ event, words, byHand }) : words;
}

/** Reads a stored line of any version. Earlier versions stored the whole sentence, without `byHand`. */
export function readTimelineWords({ event, words, byHand }: Said): Said {
  if (words === null) return { event, words: null, byHand };
  const canBeByHand = event === 'opened' || event === 'escalated';
  const sentence = canBeByHand && !byHand ? STORED_BY_HAND : SENTENCES.get(event);
  if (!sentence) return { event, words, byHand };
  const { before, after, alone } = sentence;
  if (words === alone) return { event, words: null, byHand };
  if (!words.startsWith(before) || !words.endsWith(after)) return { event, words, byHand };
  return { event, words: words.slice(before.length, words.length - after.length), byHand: canBeByHand };
}
