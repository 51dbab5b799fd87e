/** From a proposal to its true end: propose, decide, execute once, look until it is seen. */

import type { Action } from '../../runbook/model/action.ts';
import { readUse } from '../../runbook/people/permissions.ts';
import { createReadDiffs } from '../diagnosis/read-diffs.ts';
import { createCare } from './aftercare.ts';
import { createSee } from './collect-evidence.ts';
import type { ActDeps, Acting, Acts } from './context.ts';
import { createDecide } from './decide.ts';
import { createExecute } from './execute.ts';
import { createExpire } from './expire.ts';
import { createLimitAskings } from './limit-proposals.ts';
import { createDrafting } from './plan.ts';
import { createPropose } from './propose.ts';
import { createRecover } from './recover.ts';
import { createVerify } from './verify.ts';

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
  const { find, approve, reject, explain } = createDecide(acting);
  const expire = createExpire(acting);
  const createDraft = createDrafting(acting);
  const limits = createLimitAskings(() => deps.elapsed?.() ?? now(), deps.outside);
  const propose = createPropose(acting, createDraft, expire, limits.proposal);
  const { execute, note } = createExecute(acting);
  const verify = createVerify(acting);
  const care = createCare(acting);
  const recover = createRecover(
    acting,
    { expire, execute, note, verify, care },
    { sends: SENT_BY_THE_BOT, isAlone: false },
  );
  return {
    find,
    propose,
    plan: async (asking) =>
      limits.plan(asking) ?? createDraft({ ...asking, by: asking.by.id, use: readUse(asking.by) }),
    approve,
    reject,
    explain,
    execute,
    verify: (id) => verify(id, 'again'),
    care: (id) => care(id, 'again'),
    expire,
    recover,
  };
}
