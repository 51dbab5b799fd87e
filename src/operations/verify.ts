/** Looks whether what was sent took effect: what happened is observed, never assumed, and nothing is sent again. */
import { isDeepStrictEqual } from 'node:util';
import type { Action, ActionEvidence, Look, Outcome, UnderWay, WriteRequest } from '../runbook/action.ts';
import { lastDynoChange } from '../runbook/actions/up-and-answering.ts';
import { formatInstant, formatLimit } from '../runbook/age.ts';
import type { Context } from '../runbook/diagnosis.ts';
import { BOT, type Doing } from './act.ts';
import { aboutAction, NOT_NAMED, type Setting, settingOf } from './setting.ts';

/** `again`: a job of later goes on with it; `once`: somebody else does. */
export type Again = 'again' | 'once';

const LOOK_EVERY_MS = 2_000;

/** Does nothing for an action that is not `executing`. */
export function createVerify({ ledger, facts, now, see, write, ended: tellEnd }: Doing) {
  async function verify(id: string, again: Again): Promise<void> {
    const action = await ledger.find(id);
    if (action?.state !== 'executing') return;
    const setting = settingOf(action, facts);
    if (!setting) {
      await end(action, 'unconfirmed', { words: NOT_NAMED, evidence: [], next: [] });
      return;
    }
    const { spec, target } = setting;
    const about = await aboutAction(action, facts, ledger);
    const evidence = await see(target, spec.looksAt(action.progress), about);
    const context: Context = { now: now(), target, facts };
    const sent = { id, at: action.sentAt ?? now(), progress: action.progress };
    const look = spec.look(action.params, evidence, context, sent);
    const againIn = await act(action, look, setting, evidence);
    // Should this process end before: its job is not done yet, and another one takes it up.
    if (againIn !== null && again === 'again') await ledger.lookAgain(id, 'verify', now() + againIn);
  }

  /** Milliseconds until the next look; null: it has ended. */
  async function act(
    action: Action,
    look: Look,
    setting: Setting,
    evidence: ActionEvidence,
  ): Promise<number | null> {
    const { byHand } = action.plan;
    switch (look.seen) {
      case 'done':
        return succeed(action, look, setting, evidence);
      case 'failed': {
        const words = `${look.words}. By hand: ${byHand}`;
        return end(action, 'failed', { words, evidence: look.evidence, next: look.next ?? [] });
      }
      case 'lost': {
        const words = `Not confirmed. ${look.words}. It is not sent again. By hand: ${byHand}`;
        return end(action, 'unconfirmed', { words, evidence: look.evidence, next: look.next ?? [] });
      }
      case 'under_way':
        return goOn(action, look);
      case 'not_yet': {
        const { withinMs } = setting.spec;
        const isLate = now() - (action.sentAt ?? 0) > withinMs;
        return isLate ? end(action, 'unconfirmed', unseen(action, look.words, withinMs)) : LOOK_EVERY_MS;
      }
    }
  }

  async function succeed(
    action: Action,
    { words, evidence: seen }: Extract<Look, { seen: 'done' }>,
    { spec, target }: Setting,
    { dynos }: ActionEvidence,
  ): Promise<number | null> {
    if (action.kind === 'restore') await ledger.markRestored(action.app, target.processType, now());
    const { aftercare } = spec;
    const change = dynos.ok ? { dynoChange: lastDynoChange(dynos.value, target.processType) } : {};
    return ended(
      await ledger.move(action.id, {
        ...byBot(action),
        to: 'succeeded',
        outcome: { words: `${words}.`, evidence: seen, next: spec.next },
        progress: { ...action.progress, ...change },
        ...(aftercare ? { watchUntil: now() + aftercare.forMs, careAt: now() } : {}),
        ...(action.kind === 'deploy' ? { tell: 'thread' } : {}),
      }),
    );
  }

  /** A new stage is a line in the audit and in the thread; what changes within a stage is only drawn. */
  async function goOn(
    action: Action,
    { stage, holds, againIn, send, due, ...look }: UnderWay,
  ): Promise<number> {
    const progress = { ...look.progress, stage };
    if (stage === action.progress.stage) {
      const isNew = !isDeepStrictEqual(progress, action.progress);
      if (isNew) await ledger.keepProgress(action.id, action.revision, progress);
      return againIn;
    }
    const moved = await ledger.move(action.id, {
      ...byBot(action),
      to: 'executing',
      event: stage,
      progress,
      holds,
      detail: { words: progress.words ?? stage },
      tell: 'thread',
    });
    // Whoever moved the row sends, once; what comes of it is seen at the next look.
    if (moved && send) await sendOnTheWay(moved, send);
    if (moved && due) await tellEnd?.({ action: moved, due, evidence: progress.lines ?? [] });
    return againIn;
  }

  async function sendOnTheWay({ id, revision, progress }: Action, request: WriteRequest): Promise<void> {
    const result = await write(request);
    if (result.kind === 'done') return;
    await ledger.keepProgress(id, revision, { ...progress, sendFault: result.words });
  }

  async function end(action: Action, to: 'failed' | 'unconfirmed', outcome: Outcome): Promise<number | null> {
    const tell = action.kind === 'deploy' ? ({ tell: 'everybody' } as const) : {};
    return ended(await ledger.move(action.id, { ...byBot(action), to, outcome, ...tell }));
  }

  function byBot({ revision }: Action) {
    return { from: ['executing'], revision, who: BOT, at: now() } as const;
  }

  /** Somebody else has moved the row meanwhile: it is looked at anew. */
  async function ended(moved: Action | null): Promise<number | null> {
    if (!moved) return LOOK_EVERY_MS;
    await tellEnd?.({ action: moved, due: null, evidence: [] });
    return null;
  }

  return verify;
}

function unseen({ progress, sentAt, plan }: Action, seen: string, withinMs: number): Outcome {
  const sent = progress.answered === true ? 'was taken' : 'was sent, and no clear answer came';
  const words = `Not confirmed. The request ${sent} at ${formatInstant(sentAt ?? 0)}; within ${formatLimit(withinMs)} it was not seen to take effect: ${seen}. It is not sent again. By hand: ${plan.byHand}`;
  return { words, evidence: [seen], next: [] };
}
