/** Implements what people do about an incident: acknowledge, escalate by hand, snooze, add a note, close. */

import { pageStep } from '../../runbook/incidents/paging.ts';
import { type Incident, LONGEST_SNOOZE_MS, type Picture, type Wake } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import { type May, mayAcknowledge, mayCare, type Person } from '../../runbook/people/permissions.ts';
import { formatSpan } from '../../runbook/text/duration.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import type { Phrase } from '../../runbook/text/phrase.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface IncidentDeps {
  readonly facts: Facts;
  readonly incidentStore: IncidentStore;
  now(): Instant;
  randomId(): string;
  /** Pages the operator if a page is due. */
  page(incidentId: string): Promise<void>;
}

export type CommandResult = {
  readonly ok: boolean;
  readonly words: Phrase;
  readonly incident: Incident | null;
};

export interface IncidentCommands {
  find(id: string): Promise<Incident | null>;
  /** Operators, approvers and the escalation contact may acknowledge; anyone else is refused. */
  acknowledge(id: string, person: Person, isContact: boolean): Promise<CommandResult>;
  /**
   * Closes the incident of an app that is stopped and stays stopped. Any other incident ends when the app has
   * recovered.
   */
  close(id: string, person: Person): Promise<CommandResult>;
  /** Pages immediately. Only operators and approvers may escalate. */
  escalate(target: Target, reason: string, person: Person): Promise<CommandResult>;
  /**
   * Adds a note to the open incident, or to the newest one for a week after it ended. Anyone who may read may add one.
   */
  note(target: Target, words: string, person: Person): Promise<CommandResult>;
  /** Adds a note to this incident, under the same rules. */
  noteIn(id: string, words: string, person: Person): Promise<CommandResult>;
  /** Stops paging for that long, unless the failure gets worse. */
  snooze(target: Target, forMs: number, person: Person): Promise<CommandResult>;
  /** Ends a snooze early. A page that is due goes out immediately. */
  endSnooze(target: Target, person: Person): Promise<CommandResult>;
}

/** Slack shows at most this many characters in one line of the thread. */
export const LONGEST_NOTE = 2_500;
/** People write down what they remember when they write the postmortem. */
const NOTED_AFTER_MS = 7 * 24 * 3_600_000;

export function createIncidentCommands(deps: IncidentDeps): IncidentCommands {
  const find = (id: string) => findIncident(deps, id);
  return {
    find,
    async acknowledge(id, person, isContact) {
      const found = await find(id);
      return found ? acknowledge(deps, found, person, isContact) : NO_INCIDENT;
    },
    async close(id, person) {
      const found = await find(id);
      return found ? close(deps, found, person) : NO_INCIDENT;
    },
    escalate: (target, reason, person) => escalate(deps, target, reason, person),
    note: async (target, words, person) =>
      note(deps, await deps.incidentStore.newest(target.name), target.name, words, person),
    async noteIn(id, words, person) {
      const found = await find(id);
      return found ? note(deps, found, found.target, words, person) : NO_INCIDENT;
    },
    snooze: (target, forMs, person) => snooze(deps, target, forMs, person),
    endSnooze: (target, person) => endSnooze(deps, target, person),
  };
}

function done(words: Phrase, incident: Incident | null): CommandResult {
  return { ok: true, words, incident };
}

function refused(words: string): CommandResult {
  return { ok: false, words: `${words} Nothing was done.`, incident: null };
}

const NO_INCIDENT = refused('There is no such incident.');

/** The permission's words already end with "Nothing was done.", which `refused` would add again. */
function notAllowed({ words }: Extract<May, { ok: false }>): CommandResult {
  return { ok: false, words, incident: null };
}

/** Returns null if the text is not an id. */
async function findIncident({ incidentStore }: IncidentDeps, id: string): Promise<Incident | null> {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? incidentStore.find(id) : null;
}

async function acknowledge(
  deps: IncidentDeps,
  { id }: Incident,
  person: Person,
  isContact: boolean,
): Promise<CommandResult> {
  const may = mayAcknowledge(person, isContact);
  if (!may.ok) return notAllowed(may);
  const acknowledged = await deps.incidentStore.acknowledge(id, person.id, deps.now());
  const { incident } = acknowledged;
  if (!acknowledged.ok) return { ok: false, words: tooLate(incident, person), incident };
  await deps.page(id);
  return done(await ownerWords(deps, incident), incident);
}

function tooLate({ state, acknowledged }: Incident, person: Person): Phrase {
  if (state === 'resolved' || acknowledged === null) return "It's already resolved. Nothing was done.";
  if (acknowledged.by === person.id) return 'You already own it. Nothing was done.';
  return [{ who: acknowledged.by }, ' already owns it. Nothing was done.'];
}

/** The next page is the one that the card shows: a condition whose timer is running comes before the reminder. */
async function ownerWords({ facts, incidentStore, now }: IncidentDeps, before: Incident): Promise<string> {
  const at = now();
  const incident = (await incidentStore.find(before.id)) ?? before;
  const step = pageStep(incident, await incidentStore.snoozeOf(incident.target, at), facts, at);
  const { name } = facts.escalation.who;
  if (step.kind === 'ping') return `You own it. ${name} is being paged now.`;
  if (step.until === null) return 'You own it. No further page: no escalation condition is met.';
  const ms = step.until - at;
  const rounded = ms < 2 * 60_000 ? ms : Math.round(ms / 60_000) * 60_000;
  return `You own it. I'll page ${name} in ${formatSpan(rounded)} if it isn't resolved.`;
}

async function close(deps: IncidentDeps, found: Incident, person: Person): Promise<CommandResult> {
  const may = mayCare(person, 'close an incident');
  if (!may.ok) return notAllowed(may);
  const incident = await deps.incidentStore.close(found.id, person.id, deps.now());
  if (incident) return done('Closed. Restore still brings it back.', incident);
  return refused(
    found.state === 'resolved'
      ? "It's already resolved."
      : `${found.app} is not stopped: the incident resolves once it has recovered.`,
  );
}

async function escalate(
  { incidentStore, now, randomId, page }: IncidentDeps,
  target: Target,
  typed: string,
  person: Person,
): Promise<CommandResult> {
  const reason = fromOutside(typed);
  const may = mayCare(person, 'escalate');
  if (!may.ok) return notAllowed(may);
  const at = now();
  const { name, app } = target;
  // An escalation has to reach someone, so it ends a snooze.
  if (await incidentStore.snoozeOf(name, at)) await incidentStore.endSnooze(name, person.id, 'escalated', at);
  const wake: Wake = { cause: { kind: 'hand', id: randomId() }, reason, dueAt: at };
  const picture = pictureByHand(target, reason, at);
  const incident = await incidentStore.wake(name, app, wake, picture, person.id, at);
  await page(incident.id);
  return done(`Escalated: ${reason}`, incident);
}

function pictureByHand({ app }: Target, reason: string, at: Instant): Picture {
  return {
    at,
    verdict: 'unknown',
    failure: { kind: 'hand' },
    title: `${app}: escalated manually: ${reason}`,
    cause: `escalated manually: ${reason}`,
    error: null,
    fault: null,
    evidence: [],
    actions: [],
  };
}

/** `incident`: null when the target never had one. */
async function note(
  { incidentStore, now }: IncidentDeps,
  incident: Incident | null,
  target: string,
  typed: string,
  person: Person,
): Promise<CommandResult> {
  const words = fromOutside(typed).trim();
  const { length } = words;
  if (length > LONGEST_NOTE)
    return refused(
      `A note has at most ${LONGEST_NOTE} characters; this one has ${length}. Send it in parts.`,
    );
  const at = now();
  const overFor = incident === null || incident.resolvedAt === null ? 0 : at - incident.resolvedAt;
  if (!incident || overFor > NOTED_AFTER_MS)
    return refused(
      `${target} has no open incident, and none that ended within ${formatSpan(NOTED_AFTER_MS)}. \`/raxx incidents\` lists recent ones.`,
    );
  await incidentStore.note(incident.id, person.id, words, at);
  const ended = incident.resolvedAt === null ? '' : `, which ended ${formatSpan(overFor)} ago`;
  return done(
    `Noted in the incident of ${incident.app}${ended}: its timeline, thread and postmortem.`,
    incident,
  );
}

async function snooze(
  { incidentStore, now }: IncidentDeps,
  { name }: Target,
  forMs: number,
  person: Person,
): Promise<CommandResult> {
  const may = mayCare(person, 'snooze');
  if (!may.ok) return notAllowed(may);
  if (forMs > LONGEST_SNOOZE_MS) return refused(`A snooze lasts at most ${formatSpan(LONGEST_SNOOZE_MS)}.`);
  const at = now();
  const { memory } = await incidentStore.watchOf(name);
  const { severity } = memory;
  await incidentStore.snooze(name, { until: at + forMs, by: person.id, at, severity });
  const words = `${name} is snoozed for ${formatSpan(forMs)}: nobody is paged, unless it gets worse.`;
  return done(words, await incidentStore.newest(name));
}

async function endSnooze(
  { incidentStore, now, page }: IncidentDeps,
  { name }: Target,
  person: Person,
): Promise<CommandResult> {
  const may = mayCare(person, 'end a snooze');
  if (!may.ok) return notAllowed(may);
  if (!(await incidentStore.snoozeOf(name, now()))) return refused(`${name} is not snoozed.`);
  await incidentStore.endSnooze(name, person.id, 'ended_by_person', now());
  const incident = await incidentStore.newest(name);
  if (incident?.state === 'open') await page(incident.id);
  return done(`${name} is no longer snoozed.`, incident);
}
