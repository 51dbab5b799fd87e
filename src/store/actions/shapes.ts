/**
 * The shapes of an action's JSON columns. Another version of this program, or a person, may have written them, so
 * nothing is trusted until it parses.
 */
import { z } from 'zod';
import type { Action, ActionState, Aftermath, Outcome, Plan, Progress } from '../../runbook/model/action.ts';
import type { ParamsOf } from '../../runbook/model/action-params.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import type { RunStage } from '../../runbook/runs/stage.ts';
import { actionKind, faultsOf, oneOf } from '../database/shapes.ts';

const text = z.string();
const texts = z.array(z.string());
const number = z.number();
const maybe = z.exactOptional;

const process = { app: text, processType: text };

type ParamShapes = { readonly [Kind in ActionKind]: z.ZodType<ParamsOf<Kind>> };

const PARAMS: ParamShapes = {
  stop: z.looseObject({ ...process, quantity: number, size: text }),
  restore: z.looseObject({
    ...process,
    fromQuantity: number,
    fromSize: text,
    releaseId: text,
    quantity: number,
    size: text,
  }),
  deploy: z.looseObject({ ...process, environment: text, ref: text, sha: text, fromVersion: number }),
  restart: z.looseObject({ ...process, quantity: number }),
  rollback: z.looseObject({
    ...process,
    fromReleaseId: text,
    fromVersion: number,
    newestVersion: number,
    toReleaseId: text,
    toVersion: number,
  }),
  boot_timeout: z.looseObject({
    ...process,
    releaseId: text,
    version: number,
    newestVersion: number,
    seconds: number,
  }),
  resize: z.looseObject({ ...process, quantity: number, from: text, to: text }),
  unfreeze: z.looseObject({ app: text, secret: text, changedAt: number.nullable() }),
  create_gate: z.looseObject({
    app: text,
    environment: text,
    branch: text,
    reviewerIds: z.array(number),
    addBranch: z.boolean(),
    was: text,
  }),
};

const state = oneOf<ActionState>({
  proposed: true,
  approved: true,
  executing: true,
  succeeded: true,
  failed: true,
  unconfirmed: true,
  rejected: true,
  expired: true,
  superseded: true,
});

const plan: z.ZodType<Plan> = z.looseObject({
  title: text,
  will: texts,
  expect: texts,
  evidence: texts,
  warnings: maybe(texts),
  undo: text,
  byHand: text,
  danger: z.boolean(),
});

/** The stage is only displayed, so an unknown stage from another version does no harm. */
const stage = z.custom<RunStage>((value) => typeof value === 'string');

const stepProgress = { name: z.string(), status: z.string(), conclusion: z.string().nullable() };

const progress: z.ZodType<Progress> = z.looseObject({
  answered: maybe(z.boolean()),
  noAnswer: maybe(text),
  unchanged: maybe(z.object({ since: number, looks: number })),
  left: maybe(z.boolean()),
  notice: maybe(text),
  dynoChange: maybe(number),
  githubDate: maybe(number),
  sendFault: maybe(text),
  words: maybe(text),
  gateReviewers: maybe(z.array(z.string())),
  jobs: maybe(z.array(z.object({ ...stepProgress, steps: z.array(z.object(stepProgress)) }))),
  link: maybe(z.object({ url: text, text })),
  doubted: maybe(z.boolean()),
  runId: maybe(number),
  stage: maybe(text),
  holds: maybe(z.boolean()),
  lastSeen: maybe(text),
  unseenSince: maybe(number),
  end: maybe(z.object({ stage, attempt: number, since: number })),
  cancelledAt: maybe(number),
  runEndedAt: maybe(number),
  failure: maybe(z.object({ words: text, evidence: texts })),
});

const outcome: z.ZodType<Outcome> = z.looseObject({
  words: text,
  reason: maybe(text),
  evidence: texts,
  next: z.array(actionKind),
  // Older rows keep the command in their words.
  manualCommand: text.nullable().default(null),
  undo: maybe(text),
});

const aftermath: z.ZodType<Aftermath> = z.looseObject({
  kind: oneOf<Aftermath['kind']>({ held: true, turned_bad: true, unwatched: true }),
  words: text,
  at: number,
  next: z.array(actionKind),
});

const SHAPE = z.object({
  kind: actionKind,
  state,
  origin: oneOf<Action['origin']>({ slack: true, terminal: true }),
  plan,
  progress,
  outcome: outcome.nullable(),
  aftermath: aftermath.nullable(),
});

export type Shaped = Pick<
  Action,
  'kind' | 'state' | 'origin' | 'params' | 'plan' | 'progress' | 'outcome' | 'aftermath'
>;

/** Thrown when a row cannot be read. The message names the row and the path inside it. */
export class UnreadableAction extends Error {}

/** Throws if the row does not parse. */
export function shapeOf(row: Readonly<Record<string, unknown>>): Shaped {
  const parsed = SHAPE.safeParse(row);
  if (!parsed.success) throw unreadable(row, parsed.error, []);
  const params = PARAMS[parsed.data.kind].safeParse(row.params);
  if (!params.success) throw unreadable(row, params.error, ['params']);
  const { outcome: kept, state: its } = parsed.data;
  return { ...parsed.data, params: params.data, outcome: kept && withoutState(kept, its) };
}

/** Rows of earlier versions repeat the state in their words, and also store the reason for a rejection there. */
function withoutState(kept: Outcome, its: ActionState): Outcome {
  if (its === 'unconfirmed') return { ...kept, words: kept.words.replace(/^Not confirmed\. /, '') };
  const rejected = its === 'rejected' ? /^Rejected(?:: “(.*)”)?\. (.*)$/s.exec(kept.words) : null;
  if (!rejected) return kept;
  const [, reason, words = ''] = rejected;
  return { ...kept, words, ...(reason === undefined ? {} : { reason }) };
}

function unreadable(
  { id, kind }: Readonly<Record<string, unknown>>,
  error: z.ZodError,
  at: readonly string[],
) {
  return new UnreadableAction(
    `the action ${String(id)} (${String(kind)}) cannot be read: ${faultsOf(error, at)}`,
  );
}
