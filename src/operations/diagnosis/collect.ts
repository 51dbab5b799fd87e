/**
 * Reads every source of evidence at the same time, under one deadline. Nothing throws: a source that was not read says
 * why.
 */

import type { Use } from '../../runbook/model/budget.ts';
import type { Evidence, SourceName } from '../../runbook/model/evidence.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Unseen } from '../../runbook/model/observed.ts';
import { unseen, type WhyUnseen } from '../../runbook/model/observed.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Outside } from '../ports/upstreams.ts';
import { evidenceRequests } from './evidence-requests.ts';

export interface CollectDeps {
  readonly outside: Outside;
  now(): Instant;
  /** Returns a signal that aborts after so many milliseconds. */
  expire(ms: number): AbortSignal;
  /** Called for each response. `waiting` names the sources that have not responded yet. */
  progress?(answered: number, of: number, waiting: readonly string[]): void;
}

export interface CollectOptions {
  /** The purpose of the evidence, which decides who is refused first when the hour's allowance runs low. */
  readonly use: Use;
  /** The sources to read. All sources when left out. */
  readonly only?: ReadonlySet<SourceName>;
}

/**
 * Returns evidence of `target` no later than `facts.deadlines.diagnoseMs` after the call. A source that has not
 * responded by then is unseen, with the reason `timeout`. With `only`, the other sources are unseen without a request.
 * Never rejects.
 */
export async function collect(
  target: Target,
  facts: Facts,
  deps: CollectDeps,
  { use, only }: CollectOptions,
): Promise<Evidence> {
  const within = facts.deadlines.diagnoseMs;
  const signal = deps.expire(within);
  const expired = untilAborted(signal);
  const requests = evidenceRequests(target, facts, deps.outside, { signal, use }, deps.now);
  const names = Object.keys(requests).filter((name): name is SourceName => name in requests);
  const wanted = names.filter((name) => only?.has(name) ?? true);
  const failed = (name: SourceName, why: WhyUnseen, words: string): Unseen =>
    unseen(why, requests[name].label, words, deps.now());

  const waiting = new Set<SourceName>();
  const showProgress = () => {
    const labels = [...waiting].map((name) => requests[name].label);
    deps.progress?.(wanted.length - waiting.size, wanted.length, labels);
  };

  const evidence = everySource(names, (name) => failed(name, 'unreachable', 'not queried'));
  const read = async <K extends SourceName>(name: K): Promise<void> => {
    waiting.add(name);
    const late = expired.then(() => failed(name, 'timeout', `no response within ${within / 1000} s`));
    try {
      evidence[name] = await firstOf<Evidence[K]>(requests[name].send(), late);
    } catch (error) {
      // A reader promises never to throw, so this is a bug. It must not take the other sources with it.
      const words = `reading it failed (${error instanceof Error ? error.message : error})`;
      evidence[name] = failed(name, 'malformed', words);
    }
    waiting.delete(name);
    showProgress();
  };

  // All requests are sent here, before the first response is awaited.
  const reading = wanted.map(read);
  showProgress();
  await Promise.all(reading);
  return evidence;
}

type Collecting = { -readonly [K in SourceName]: Evidence[K] };

function everySource(names: readonly SourceName[], unseen: (name: SourceName) => Unseen): Collecting {
  const evidence: Partial<Collecting> = {};
  for (const name of names) evidence[name] = unseen(name);
  const isWhole = (partial: Partial<Collecting>): partial is Collecting =>
    names.every((name) => partial[name] !== undefined);
  if (!isWhole(evidence)) throw new Error('a source was left out');
  return evidence;
}

/** Works like `Promise.race` of two, with a type that keeps the source's own type. */
function firstOf<T>(answer: Promise<T>, late: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    answer.then(resolve, reject);
    late.then(resolve, reject);
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
