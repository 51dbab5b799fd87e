/** From a proposal to its true end: propose, decide, execute once, look until it is seen. */

import type { Action } from '../../runbook/model/action.ts';
import { readUse } from '../../runbook/people/permissions.ts';
import { createReadDiffs } from '../diagnosis/read-diffs.ts';
import { care } from './aftercare.ts';
import { createSee } from './collect-evidence.ts';
import type { ActDeps, Acting, Acts } from './context.ts';
import { approve, explain, find, reject } from './decide.ts';
import { execute } from './execute.ts';
import { expire } from './expire.ts';
import { createLimitAskings } from './limit-proposals.ts';
import { plan } from './plan.ts';
import { propose } from './propose.ts';
import { recover } from './recover.ts';
import { verify } from './verify.ts';

/** What was decided at a terminal is sent by that terminal, with its tokens, or not at all. */
const SENT_BY_THE_BOT = ({ origin }: Action) => origin === 'slack';

export function createActs(deps: ActDeps): Acts {
  const { facts, redactor, ledger, canDo, now, write, isApprover } = deps;
  const told = deps.ended ? { ended: deps.ended } : {};
  const see = createSee(deps);
  const readDiffs = createReadDiffs(deps);
  const acting: Acting = {
    facts,
    redactor,
    ledger,
    canDo,
    now,
    write,
    isApprover,
    see,
    readDiffs,
    ...told,
  };
  const limits = createLimitAskings(() => deps.elapsed?.() ?? now(), deps.outside);
  return {
    find: (id) => find(acting, id),
    propose: (asking) => propose(acting, asking, limits.proposal),
    plan: async (asking) =>
      limits.plan(asking) ?? plan(acting, { ...asking, by: asking.by.id, use: readUse(asking.by) }),
    approve: (id, person) => approve(acting, id, person),
    reject: (id, person) => reject(acting, id, person),
    explain: (id, person, reason) => explain(acting, id, person, reason),
    execute: (id) => execute(acting, id),
    verify: (id) => verify(acting, id, 'again'),
    care: (id) => care(acting, id, 'again'),
    expire: (id) => expire(acting, id),
    recover: (target) => recover(acting, { sends: SENT_BY_THE_BOT, isAlone: false }, target),
  };
}
