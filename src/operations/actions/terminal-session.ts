/** The terminal's way to an action: the plan, the name that was typed, one write, and looking until the end is seen. */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import { type Action, type Draft, ENDED, type ManualCommand } from '../../runbook/model/action.ts';
import { createReadDiffs } from '../diagnosis/read-diffs.ts';
import type { ActingStore, BeginResult } from '../ports/action-store.ts';
import { createCollectActionEvidence } from './collect-evidence.ts';
import type { ActionServiceDeps, ExecutionContext, PlanResult } from './context.ts';
import { busyWords } from './decide.ts';
import { execute } from './execute.ts';
import { type Planning, plan } from './plan.ts';
import { recover } from './recover.ts';
import { verify } from './verify.ts';

export interface TerminalSessionDeps extends Omit<ActionServiceDeps, 'actionStore' | 'isApprover'> {
  readonly actionStore: ActingStore;
  /** No other process works on this ledger: what is not ended was left behind. */
  readonly isAlone: boolean;
  /** `terminal user@host`. */
  readonly who: string;
  /** Aborted by Ctrl-C: nothing more is sent, and nobody waits any longer. */
  readonly interrupted: AbortSignal;
  /** Resolves after `ms`, or as soon as it is interrupted. */
  wait(ms: number): Promise<void>;
}

export type Done =
  | { readonly kind: 'ended'; readonly action: Action }
  /** Interrupted while it was under way: how far it is known to be. */
  | { readonly kind: 'left'; readonly action: Action }
  /** Nothing was sent; `words` say why. */
  | { readonly kind: 'refused'; readonly words: string; readonly manualCommand: ManualCommand }
  /** It was sent, and what became of it could not be told here. */
  | {
      readonly kind: 'lost';
      readonly id: string;
      readonly words: string;
      readonly manualCommand: ManualCommand;
    };

export interface TerminalSession {
  /** What would be done now. Writes nothing. Never rejects. */
  plan(asking: Pick<Planning, 'kind' | 'target' | 'reason' | 'wish' | 'isFix'>): Promise<PlanResult>;
  /** Does it, now that the app's name was typed; `watch` sees each look at the row. Never rejects. */
  act(draft: Draft, watch: (action: Action) => void): Promise<Done>;
  /** Looks at what other processes left behind, and sends nothing. */
  settle(): Promise<void>;
}

/** When a look cannot be noted, the next one may. */
const MOST_FAILED_LOOKS = 5;
const AFTER_FAILED_MS = 3_000;
const SOON_MS = 200;

export function createTerminalSession(deps: TerminalSessionDeps): TerminalSession {
  const { facts, redactor, canDo, now, who, interrupted, wait } = deps;
  let lookAt = 0;
  let wasSent = false;

  const actionStore: ActingStore = {
    ...deps.actionStore,
    // There is no queue here: the loop below looks again.
    lookAgain: async (_id, _job, at) => {
      lookAt = at;
    },
    move: (id, step) =>
      step.name === 'send' && interrupted.aborted ? interrupt(id) : deps.actionStore.move(id, step),
  };
  const write: ExecutionContext['write'] = (request) => {
    wasSent = true;
    return deps.write(request);
  };
  const context: ExecutionContext = {
    facts,
    redactor,
    canDo,
    now,
    actionStore,
    write,
    collectEvidence: createCollectActionEvidence(deps),
    readDiffs: createReadDiffs(deps),
  };
  // What a bot has approved is the bot's to send.
  const settle = () => recover(context, { sends: () => false, isAlone: deps.isAlone });

  /** Interrupted in time: the move to `executing` does not happen, so nothing is sent. */
  async function interrupt(id: string): Promise<null> {
    const outcome = {
      words: 'Interrupted before it was sent. Nothing was changed.',
      evidence: [],
      next: [],
      manualCommand: null,
    };
    await deps.actionStore.move(id, { name: 'interrupt', who, at: now(), outcome });
    return null;
  }

  /** An app that is busy may be so only because a process died: then that is settled first. */
  async function begin(draft: Draft): Promise<BeginResult> {
    const decided = () => actionStore.begin({ ...draft, askedAt: now(), approvalsNeeded: 0 }, now());
    const begun = await decided();
    if (begun.ok) return begun;
    await settle();
    return decided();
  }

  const whyOf = (error: unknown) => redactor.text(error instanceof Error ? error.message : String(error));

  async function follow(id: string, watch: (action: Action) => void): Promise<Done> {
    for (let failed = 0; ; ) {
      try {
        const action = await actionStore.find(id);
        if (!action) throw new Error(`the ledger has no action ${id} any more`);
        watch(action);
        if (ENDED.has(action.state)) return { kind: 'ended', action };
        if (interrupted.aborted) {
          // Whoever looks next need not wait for this process: it says good-bye.
          const left = { ...action.progress, left: true };
          return {
            kind: 'left',
            action: (await actionStore.keepProgress(id, action.revision, left)) ?? action,
          };
        }
        lookAt = now() + SOON_MS;
        await verify(context, id, 'again');
        failed = 0;
      } catch (error) {
        failed += 1;
        if (failed >= MOST_FAILED_LOOKS || interrupted.aborted) throw error;
        lookAt = now() + AFTER_FAILED_MS;
      }
      await wait(Math.max(0, lookAt - now()));
    }
  }

  return {
    async plan(asking) {
      try {
        return await plan(context, { ...asking, by: who, origin: 'terminal' });
      } catch (error) {
        const words = `The ledger failed (${whyOf(error)}). Nothing was done.`;
        return { ok: false, words, manualCommand: null };
      }
    },
    async act(draft, watch) {
      wasSent = false;
      let id = '';
      try {
        const begun = await begin(draft);
        if (!begun.ok) {
          const manualCommand = draft.plan.byHand;
          return { kind: 'refused', words: busyWords(begun.other), manualCommand };
        }
        id = begun.action.id;
        watch(begun.action);
        await execute(context, id);
        return await follow(id, watch);
      } catch (error) {
        const why = whyOf(error);
        if (!wasSent)
          return {
            kind: 'refused',
            words: `The ledger failed before anything was sent (${why}). Nothing was changed.`,
            manualCommand: draft.plan.byHand,
          };
        const words = `It was sent, and the ledger failed afterwards (${why}): what became of it is not known here.`;
        const manualCommand = actionSpec(draft.kind).safeToRepeat ? draft.plan.byHand : null;
        return { kind: 'lost', id, words, manualCommand };
      }
    },
    settle,
  };
}
