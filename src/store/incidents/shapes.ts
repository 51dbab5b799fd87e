/**
 * The shapes of an incident's JSON columns. Another version of this program, or a person, may have written them, so
 * nothing is trusted until it parses. Fields that earlier versions did not write have defaults.
 */

import { z } from 'zod';
import type { WatchRow } from '../../operations/ports/incident-store.ts';
import type { Blind } from '../../runbook/incidents/visibility.ts';
import { NOTHING_KNOWN, type WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import { isSlackUser } from '../../runbook/model/actor.ts';
import type {
  Change,
  ChangeKind,
  ChangeReport,
  CodeOf,
  Onset,
  SeenBefore,
  WantedDiff,
} from '../../runbook/model/change.ts';
import type {
  ConditionNumber,
  Failure,
  Incident,
  Picture,
  Stop,
  WakeCause,
} from '../../runbook/model/incident.ts';
import { MODE_IDS } from '../../runbook/model/mode-id.ts';
import { asRecord, isRecord } from '../../runbook/model/record.ts';
import type { Verdict } from '../../runbook/model/terms.ts';
import type { Row } from '../database/db.ts';
import { actionKind, faultsOf, oneOf } from '../database/shapes.ts';
import { warnOnce } from '../database/warn-once.ts';

const text = z.string();
/** Earlier versions wrote '' for an absent text, or omitted it. */
const textOrNone = text
  .nullable()
  .default(null)
  .transform((written) => written || null);
const TEXT_OR_NONE = new Set(['about', 'cause', 'reason']);

/**
 * Serializes a picture, a stop, or a cause so that every version can read it. After a rollback, an earlier version
 * would refuse a text that is null.
 */
export function rowJson(value: Picture | Stop | WakeCause): string {
  return JSON.stringify(value, (key, one: unknown) => (one === null && TEXT_OR_NONE.has(key) ? '' : one));
}

const texts = z.array(text);
const number = z.number();
const maybe = z.exactOptional;

const verdict = oneOf<Verdict>({ healthy: true, degraded: true, down: true, stopped: true, unknown: true });
const condition: z.ZodType<ConditionNumber> = z.literal([1, 2, 3, 4]);

const failure: z.ZodType<Failure> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('mode'),
    id: z.enum(MODE_IDS),
    code: text.nullable(),
  }),
  z.object({ kind: z.literal('verdict'), verdict: z.literal(['down', 'degraded', 'stopped']) }),
  z.object({ kind: z.literal('condition'), condition, about: textOrNone }),
  z.object({ kind: z.literal('hand') }),
]);

/** Action kinds that only a later version knows are not offered. */
const actions = texts
  .transform((names) => names.flatMap((name) => actionKind.safeParse(name).data ?? []))
  .default([]);

/** Optional fields that improve a picture. A malformed one must not make the incident unreadable. */
const EXTRAS = {
  atBoot: z.boolean(),
  rollback: z.object({ to: number, takesBack: z.array(number) }),
  doFirst: text,
} as const;

/** Drops a malformed optional field, with a warning that names the incident. */
function withReadableExtras(written: unknown, id: unknown): unknown {
  if (!isRecord(written)) return written;
  const faulty = Object.entries(EXTRAS).flatMap(([key, shape]) => {
    const parsed = key in written ? shape.safeParse(written[key]) : null;
    if (parsed === null || parsed.success) return [];
    warnOnce(`${key} in a picture of the incident ${String(id)} cannot be read: ${faultsOf(parsed.error)}`);
    return [key];
  });
  return Object.fromEntries(Object.entries(written).filter(([key]) => !faulty.includes(key)));
}

const picture: z.ZodType<Picture> = z.looseObject({
  at: number,
  verdict,
  failure,
  title: text,
  cause: textOrNone,
  error: text.nullable().default(null),
  fault: text.nullable().default(null),
  atBoot: maybe(EXTRAS.atBoot),
  evidence: texts.default([]),
  actions,
  rollback: maybe(EXTRAS.rollback),
  doFirst: maybe(EXTRAS.doFirst),
});

const stop: z.ZodType<Stop> = z.looseObject({ by: text, at: number, reason: textOrNone });

const change: z.ZodType<Change> = z
  .looseObject({
    at: number,
    kind: oneOf<ChangeKind>({
      deploy: true,
      config: true,
      rollback: true,
      addon: true,
      release: true,
      scale: true,
      restart: true,
      maintenance: true,
      platform: true,
      run: true,
    }),
    what: text,
    who: text.nullable(),
    isOurs: maybe(z.boolean()),
    version: number.nullable().default(null),
    via: text.nullable().default(null),
    about: text.nullable().default(null),
    verdict: z.literal(['suspect', 'possible', 'ruled_out']),
    because: text,
  })
  // Earlier versions stored only the Slack member.
  .transform(({ isOurs, ...one }) => ({ ...one, isOurs: isOurs ?? isSlackUser(one.who ?? '') }));

const onset: z.ZodType<Onset> = z.looseObject({
  lastWell: number.nullable(),
  firstFailing: number,
  by: z.literal(['watch', 'log', 'look']),
});

const code: z.ZodType<CodeOf> = z.looseObject({ slugId: text.nullable(), commit: text.nullable() });
const wanted: z.ZodType<WantedDiff> = z.looseObject({ version: number, base: code, head: code });

const before: z.ZodType<SeenBefore> = z.looseObject({
  at: number,
  lastedMs: number,
  endedBy: text.nullable(),
  times: number,
});

const changes: z.ZodType<ChangeReport> = z.looseObject({
  state: z.literal(['failing', 'off', 'well', 'unknown']),
  onset: onset.nullable(),
  list: z.array(change),
  unread: texts.default([]),
  wanted: z.array(wanted).default([]),
  before: before.nullable().default(null),
});

const INCIDENT = z.object({
  state: z.literal(['open', 'resolved']),
  picture,
  worst: picture,
  stopped: stop.nullable(),
});

export type ShapedIncident = Pick<Incident, 'state' | 'picture' | 'worst' | 'stopped'>;

/** Thrown when a row cannot be read. The message names the row and the path inside it. */
export class UnreadableIncident extends Error {}

/** Throws if the row does not parse. */
export function incidentShape(row: Row): ShapedIncident {
  const { id, picture, worst } = row;
  const parsed = INCIDENT.safeParse({
    ...row,
    picture: withReadableExtras(picture, id),
    worst: withReadableExtras(worst, id),
  });
  if (parsed.success) return parsed.data;
  throw new UnreadableIncident(
    `the incident ${String(id)} (${String(row.target)}) cannot be read: ${faultsOf(parsed.error)}`,
  );
}

/** Treats a report that does not parse as not made yet, with a warning, because the incident itself is readable. */
export function changesShape({ id, changes: written }: Row): ChangeReport | null {
  const parsed = changes.nullable().safeParse(written);
  if (parsed.success) return parsed.data;
  warnOnce(`the changes of the incident ${String(id)} cannot be read: ${faultsOf(parsed.error)}`);
  return null;
}

const CAUSE: z.ZodType<WakeCause> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('condition'), condition, about: textOrNone }),
  z.object({ kind: z.literal('dark') }),
  z.object({ kind: z.literal('hand'), id: text }),
]);

/**
 * Returns null, with a warning, for a cause that this version does not know, because the incident itself is readable.
 */
export function causeShape(incidentId: string, written: unknown): WakeCause | null {
  const parsed = CAUSE.safeParse(written);
  if (parsed.success) return parsed.data;
  warnOnce(`a condition of the incident ${incidentId} cannot be read: ${faultsOf(parsed.error)}`);
  return null;
}

const blind: z.ZodType<Blind> = z.looseObject({
  since: number,
  told: z.boolean(),
  scope: z.literal(['all', 'target']).default('all'),
});

type FieldShapes<T> = { readonly [Name in keyof T]: z.ZodType<T[Name]> };

const MEMORY: FieldShapes<WatchMemory> = {
  cheapLooks: number,
  failing: z.looseObject({ since: number }).nullable(),
  ailing: z.boolean(),
  wellSince: number.nullable(),
  lastWell: number.nullable(),
  firstSeen: z.looseObject({ unreachable: maybe(number), crash: maybe(number) }),
  absentSince: z.record(text, number),
  known: z.looseObject({
    release: number.nullable(),
    attemptAt: number.nullable().default(null),
    maintenance: z.boolean().nullable(),
  }),
  runningAt: number.nullable(),
  wasOff: z.boolean(),
  severity: number,
  blind: blind.nullable(),
  blindGitHub: blind.nullable(),
  glance: text.nullable(),
  newestDeploy: z
    .looseObject({ version: number, status: text, description: text, actor: text, createdAt: number })
    .nullable(),
};

const count = z.looseObject({ hour: number, heroku: number, github: number }).nullable();
const ASKED: FieldShapes<WatchRow['asked']> = { now: count, before: count };

export const NOTHING_ASKED: WatchRow['asked'] = { now: null, before: null };

export function memoryShape({ target, memory }: Row): WatchMemory {
  return fieldByField(MEMORY, NOTHING_KNOWN, memory, `the watch's memory of ${String(target)}`);
}

export function askedShape({ target, asked }: Row): WatchRow['asked'] {
  return fieldByField(ASKED, NOTHING_ASKED, asked, `the request counts of ${String(target)}`);
}

/**
 * Uses the default for a field that is absent, and also, with a warning, for one that does not parse. A watch that
 * forgets one field observes it again at its next look; one that refused to read its memory would not look at all.
 */
function fieldByField<T extends object>(
  shapes: FieldShapes<T>,
  defaults: T,
  written: unknown,
  name: string,
): T {
  const fields = asRecord(written);
  const read = { ...defaults };
  for (const field in shapes) {
    if (!Object.hasOwn(fields, field)) continue;
    const parsed = shapes[field].safeParse(fields[field]);
    if (parsed.success) read[field] = parsed.data;
    else process.emitWarning(`${name}: ${field} cannot be read: ${faultsOf(parsed.error)}`);
  }
  return read;
}
