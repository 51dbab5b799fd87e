/** Takes an action from its proposal to its end: propose, decide, execute once, verify until the effect is seen. */

import type { Action } from '../../runbook/model/action.ts';
import { readUse } from '../../runbook/people/permissions.ts';
import { createReadDiffs } from '../diagnosis/read-diffs.ts';
import { care } from './aftercare.ts';
import type { ActionContext, ActionService, ActionServiceDeps } from './context.ts';
import { approve, explain, find, reject } from './decide.ts';
import { execute } from './execute.ts';
import { expire } from './expire.ts';
import { createLimitAskings } from './limit-proposals.ts';
import { plan } from './plan.ts';
import { propose } from './propose.ts';
import { recover } from './recover.ts';
import { verify } from './verify.ts';

/** An action that was decided at a terminal is sent from that terminal, with its tokens, or not at all. */
const SENT_BY_THE_BOT = ({ origin }: Action) => origin === 'slack';

export function createActionService(deps: ActionServiceDeps): ActionService {
  const { actionStore, now } = deps;
  const context: ActionContext = { ...deps, readDiffs: createReadDiffs(deps) };
  const limits = createLimitAskings(() => deps.elapsed?.() ?? now(), deps.outside);
  return {
    find: (id) => find(context, id),
    propose: (asking) => propose(context, asking, limits.proposal),
    plan: async (asking) =>
      limits.plan(asking) ?? plan(context, { ...asking, by: asking.by.id, use: readUse(asking.by) }),
    approve: (id, person) => approve(context, id, person),
    reject: (id, person) => reject(context, id, person),
    explain: (id, person, reason) => explain(context, id, person, reason),
    execute: (id) => execute(context, id),
    // A job is done only once its successor is enqueued. If this process dies first, another one runs the same job
    // again.
    verify: async (id) => {
      const againIn = await verify(context, id);
      if (againIn !== null) await actionStore.lookAgain(id, 'verify', now() + againIn);
    },
    care: async (id) => {
      const againIn = await care(context, id);
      if (againIn !== null) await actionStore.lookAgain(id, 'care', now() + againIn);
    },
    expire: (id) => expire(context, id),
    recover: (target) => recover(context, { sends: SENT_BY_THE_BOT, isAlone: false }, target),
  };
}
