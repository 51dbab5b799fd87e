/** Collects the evidence of an action: the sources of a diagnosis, plus those that only a deploy or a gate needs. */

import { runningCommit } from '../../runbook/actions/kinds/running-commit.ts';
import type { ActionEvidence, ActionSource } from '../../runbook/model/action-spec.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { Dispatched, DispatchTrace } from '../../runbook/model/dispatch.ts';
import type { SourceName } from '../../runbook/model/evidence.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import { unseen } from '../../runbook/model/observed.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { CollectDeps } from '../diagnosis/collect.ts';
import { collectRedacted } from '../diagnosis/redact-evidence.ts';

export interface ActionEvidenceDeps extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
}

export interface EvidenceQuery {
  /** The branch of a deploy. */
  readonly ref: string;
  /** Locates the run of a dispatched deploy; null before the dispatch. */
  readonly trace: DispatchTrace | null;
  /** The purpose of the requests, for the hourly budget. */
  readonly use: Use;
}

/** Never rejects. A source that is not in `sources` is not queried, and is unseen. */
export async function collectActionEvidence(
  deps: ActionEvidenceDeps,
  target: Target,
  sources: readonly ActionSource[],
  { ref, trace, use }: EvidenceQuery,
): Promise<ActionEvidence> {
  const { facts, outside, now, expire, redactor } = deps;
  const { github } = outside;
  const options = { signal: expire(facts.deadlines.diagnoseMs), use };
  const collecting = collectRedacted(target, facts, deps, {
    use,
    only: new Set(sources.filter(isSourceName)),
  });
  const wanted = new Set(sources);
  const read = <T>(name: ActionSource, request: () => Promise<Observed<T>>): Promise<Observed<T>> =>
    wanted.has(name) ? request() : Promise.resolve(unseen('unreachable', name, 'not queried', now()));
  const [evidence, shipment, dispatched, reviewers] = await Promise.all([
    collecting,
    // What would ship is counted from the commit that is running.
    read('shipment', async () => github.shipment(ref, runningCommit(await collecting), options)),
    read('dispatched', async (): Promise<Observed<Dispatched>> => {
      if (trace) return github.dispatched(trace, now(), options);
      return { ok: true, value: { kind: 'none' }, at: now() };
    }),
    read('reviewers', () => github.reviewers(facts.github.gate.reviewers, options)),
  ]);
  return { ...evidence, ...redactor.deep({ shipment, dispatched, reviewers }) };
}

function isSourceName(source: ActionSource): source is SourceName {
  return source !== 'shipment' && source !== 'dispatched' && source !== 'reviewers';
}
