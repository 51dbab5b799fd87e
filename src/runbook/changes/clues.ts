/**
 * Collects what the failure itself shows: the files in its traceback, what is missing, and which process type ran out
 * of memory.
 */

import type { Cause } from '../logs/cause.ts';
import { causeOfCrashes } from '../logs/crash-cause.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { isOwnFrame } from '../logs/python-cause.ts';
import { type ErrorChain, readErrorChains } from '../logs/python-traceback.ts';
import { CLOCKS_MS } from '../model/change.ts';
import type { Evidence } from '../model/evidence.ts';
import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import type { MatchedMode, RunbookContext } from '../model/terms.ts';

export interface Clues {
  /** The app's own files in the traceback, relative to the app's root: `raptor/pricing/quotes.py`. */
  readonly files: readonly string[];
  /** The reason that the process ended; null if it did not end, or if nothing shows the reason. */
  readonly cause: Cause | null;
  /** The process types that ran out of memory. */
  readonly outOfMemory: ReadonlySet<string>;
}

const NO_CLUES: Clues = { files: [], cause: null, outOfMemory: new Set() };

export interface CluesInput {
  readonly evidence: Evidence;
  readonly context: RunbookContext;
  readonly modes: readonly MatchedMode[];
  readonly types: ReadonlySet<string>;
  readonly firstFailing: Instant;
}

export function cluesOf(input: CluesInput): Clues {
  const { evidence, context, modes } = input;
  const history = historyOf(evidence, context);
  if (!history.ok) return NO_CLUES;
  const crashes = crashesNow(input, history.value);
  const boots = crashes.map(({ boot }) => boot);
  const command = evidence.formation.ok
    ? evidence.formation.value.find(({ type }) => type === boots.at(-1)?.type)?.command
    : undefined;
  const outputs =
    boots.length > 0 ? boots.slice(-MOST_CRASHES).map((boot) => boot.output) : served(input, history.value);
  const memory = modes.filter(({ code }) => code === 'R14' || code === 'R15');
  return {
    files: [...new Set(outputs.flatMap((lines) => filesIn(readErrorChains(lines).at(-1))))],
    cause: causeOfCrashes(boots, command ?? null),
    outOfMemory: new Set(memory.map(({ processType }) => processType ?? context.target.processType)),
  };
}

/** Only the newest crashes of a loop are read, because they all have the same cause. */
const MOST_CRASHES = 3;

function crashesNow({ types, firstFailing }: CluesInput, { crashes, otherCrashes }: LogHistory) {
  return [...crashes, ...otherCrashes]
    .filter(({ boot, at }) => types.has(boot.type) && at >= firstFailing - CLOCKS_MS)
    .toSorted((one, other) => one.at - other.at);
}

/**
 * When requests fail with an HTTP 500, returns what the app has printed since the failure began. Without a failed
 * request, an error in the log is one that the app handled.
 */
function served(
  { types, firstFailing, context }: CluesInput,
  { appLines, traffic }: LogHistory,
): readonly (readonly LogLine[])[] {
  const isServed =
    types.has(context.target.processType) && traffic.failed.some(({ status }) => status === 500);
  if (!isServed) return [];
  return [appLines.filter(({ at }) => at === null || at >= firstFailing - PRINTED_BEFORE_MS)];
}

/** An app prints its traceback before the router logs the response. */
const PRINTED_BEFORE_MS = 30_000;

function filesIn(chain: ErrorChain | undefined): string[] {
  const hasTraceback = chain?.some(({ form }) => form === 'traceback') ?? false;
  if (!chain || !hasTraceback) return [];
  return chain.flatMap(({ frames }) =>
    frames.filter(isOwnFrame).map(({ file }) => file.slice('/app/'.length)),
  );
}
