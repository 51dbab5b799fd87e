/** What an action looks at: sources of a diagnosis, and what only a deploy or a gate asks for. */

import { runningCommit } from '../../runbook/actions/kinds/running-commit.ts';
import type { ActionEvidence, ActionSource } from '../../runbook/model/action.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { Dispatched, DispatchTrace, Observed, SourceName } from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { CollectDeps } from '../diagnosis/collect.ts';
import { collectRedacted } from '../diagnosis/redact-evidence.ts';

export interface SeeDeps extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
}

/** What the questions are about. */
export interface EvidenceQuery {
  /** Branch of a deploy. */
  readonly ref: string;
  readonly trace: DispatchTrace | null;
  /** What the answers are for. */
  readonly use: Use;
}

export type CollectActionEvidence = (
  target: Target,
  sources: readonly ActionSource[],
  about: EvidenceQuery,
) => Promise<ActionEvidence>;

/** Never rejects; what was not asked is unseen. */
export function createCollectActionEvidence(deps: SeeDeps): CollectActionEvidence {
  const { facts, outside, now, expire, redactor } = deps;
  const { github } = outside;

  return async (target, sources, { ref, trace, use }) => {
    const asked = new Set(sources);
    const options = { signal: expire(facts.deadlines.diagnoseMs), use };
    const ask = <T>(name: ActionSource, question: () => Promise<Observed<T>>): Promise<Observed<T>> =>
      asked.has(name)
        ? question()
        : Promise.resolve({ ok: false, why: 'unreachable', detail: `${name}: not asked`, at: now() });

    const collecting = collectRedacted(target, facts, deps, {
      use,
      only: new Set(sources.filter(isSourceName)),
    });
    const [evidence, shipment, dispatched, reviewers] = await Promise.all([
      collecting,
      ask('shipment', async () => {
        // What would ship is counted from what runs.
        const base = runningCommit(await collecting);
        return github.shipment(ref, base, options);
      }),
      ask('dispatched', async (): Promise<Observed<Dispatched>> => {
        if (trace) return github.dispatched(trace, now(), options);
        return { ok: true, value: { kind: 'none' }, at: now() };
      }),
      ask('reviewers', () => github.reviewers(facts.github.gate.reviewers, options)),
    ]);
    return { ...evidence, ...redactor.deep({ shipment, dispatched, reviewers }) };
  };
}

function isSourceName(source: ActionSource): source is SourceName {
  return source !== 'shipment' && source !== 'dispatched' && source !== 'reviewers';
}
