/** What people do about an incident: acknowledge, escalate by hand, snooze, add a note, close. */

import { pageStep } from '../../runbook/incidents/paging.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import { type Incident, LONGEST_SNOOZE_MS, type Picture, type Wake } from '../../runbook/model/incident.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import { type May, mayAcknowledge, mayCare, type Person } from '../../runbook/people/permissions.ts';
import { formatSpan } from '../../runbook/text/duration.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface IncidentDeps {
  readonly facts: Facts;
  readonly incidentStore: IncidentStore;
  now(): Instant;
  randomId(): string;
  page(incidentId: string): Promise<void>;
}

export type CommandResult = {
  readonly ok: boolean;
  readonly words: string;
  readonly incident: Incident | null;
};

export interface IncidentCommands {
  find(id: string): Promise<Incident | null>;
  /** Of operators, approvers and the contact of the escalation (contract); anybody else is refused. */
  acknowledge(id: string, person: Person, isContact: boolean): Promise<CommandResult>;
  /** Of an app that is stopped and stays so; any other incident ends when the app has recovered. */
  close(id: string, person: Person): Promise<CommandResult>;
  /** By hand, by operators and approvers: pings at once. */
  escalate(target: Target, reason: string, person: Person): Promise<CommandResult>;
  /** Of anybody who may read: into the open incident, or into the newest one while it is not long over. */
  note(target: Target, words: string, person: Person): Promise<CommandResult>;
  /** Into this one, under the same rules. */
  noteIn(id: string, words: string, person: Person): Promise<CommandResult>;
  /** Nobody is pinged for so long, unless it gets worse. */
  snooze(target: Target, forMs: number, person: Person): Promise<CommandResult>;
  /** Ends a snooze early: whoever is due is pinged at once. */
  endSnooze(target: Target, person: Person): Promise<CommandResult>;
}

/** What Slack shows in one line of the thread. */
export const LONGEST_NOTE = 2_500;
/** People write down what they remember when the post-mortem is written. */
const NOTED_AFTER_MS = 7 * 24 * 3_600_000;

const refused = (words: string): CommandResult => ({
  ok: false,
  words: `${words} Nothing was done.`,
  incident: null,
});

type MayNot = Extract<May, { ok: false }>;

const told = ({ words }: MayNot): CommandResult => ({ ok: false, words, incident: null });

export function createIncidentCommands({
  facts,
  incidentStore,
  now,
  randomId,
  page,
}: IncidentDeps): IncidentCommands {
  /** The same time as on the card: a condition that is counting comes before the one that asks again. */
  async function ownedWords(id: string, before: Incident): Promise<string> {
    const at = now();
    const incident = (await incidentStore.find(id)) ?? before;
    const step = pageStep(incident, await incidentStore.snoozeOf(incident.target, at), facts, at);
    const { name } = facts.escalation.who;
    if (step.kind === 'ping') return `You own it. ${name} is being paged now.`;
    if (step.until === null) return 'You own it. No further page: no escalation condition is met.';
    const ms = step.until - at;
    const rounded = ms < 2 * 60_000 ? ms : Math.round(ms / 60_000) * 60_000;
    return `You own it. I'll page ${name} in ${formatSpan(rounded)} if it isn't resolved.`;
  }

  /** null: the target never had one. */
  async function noteInto(
    incident: Incident | null,
    target: string,
    typed: string,
    person: Person,
  ): Promise<CommandResult> {
    const words = fromOutside(typed).trim();
    const { length } = words;
    if (length > LONGEST_NOTE)
      return refused(
        `A note has ${LONGEST_NOTE} characters at the most; this one has ${length}. Send it in parts.`,
      );
    const at = now();
    const overFor = incident === null || incident.resolvedAt === null ? 0 : at - incident.resolvedAt;
    if (!incident || overFor > NOTED_AFTER_MS)
      return refused(
        `${target} has no open incident, and none that ended within ${formatSpan(NOTED_AFTER_MS)}. \`/raxx incidents\` lists the last ones.`,
      );
    await incidentStore.note(incident.id, person.id, words, at);
    const ended = incident.resolvedAt === null ? '' : `, which ended ${formatSpan(overFor)} ago`;
    return {
      ok: true,
      words: `Noted in the incident of ${incident.app}${ended}: its timeline, its thread and its post-mortem.`,
      incident,
    };
  }

  return {
    find: async (id) =>
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? incidentStore.find(id) : null,

    async acknowledge(id, person, isContact) {
      const found = await this.find(id);
      if (!found) return refused('There is no such incident.');
      const may = mayAcknowledge(person, isContact);
      if (!may.ok) return told(may);
      const done = await incidentStore.acknowledge(id, person.id, now());
      const { incident } = done;
      if (done.ok) {
        await page(id);
        return { ok: true, words: await ownedWords(id, incident), incident };
      }
      return { ok: false, words: tooLate(incident, person), incident };
    },

    async close(id, person) {
      const found = await this.find(id);
      if (!found) return refused('There is no such incident.');
      const may = mayCare(person, 'close an incident');
      if (!may.ok) return told(may);
      const incident = await incidentStore.close(id, person.id, now());
      if (incident) return { ok: true, words: 'Closed. Restore still brings it back.', incident };
      const words =
        found.state === 'resolved'
          ? 'It is resolved already.'
          : `${found.app} is not stopped: the incident resolves once it has recovered.`;
      return refused(words);
    },

    async escalate(target, given, person) {
      const reason = fromOutside(given);
      const may = mayCare(person, 'escalate');
      if (!may.ok) return told(may);
      const at = now();
      // Whoever calls by hand wants to be heard.
      if (await incidentStore.snoozeOf(target.name, at))
        await incidentStore.endSnooze(target.name, person.id, 'escalated', at);
      const wake: Wake = { cause: { kind: 'hand', id: randomId() }, reason, dueAt: at };
      const incident = await incidentStore.wake(
        target.name,
        target.app,
        wake,
        byHand(target, reason, at),
        person.id,
        at,
      );
      await page(incident.id);
      return { ok: true, words: `Escalated: ${reason}`, incident };
    },

    async note(target, words, person) {
      return noteInto(await incidentStore.newest(target.name), target.name, words, person);
    },

    async noteIn(id, words, person) {
      const found = await this.find(id);
      return found ? noteInto(found, found.target, words, person) : refused('There is no such incident.');
    },

    async snooze(target, forMs, person) {
      const may = mayCare(person, 'snooze');
      if (!may.ok) return told(may);
      if (forMs > LONGEST_SNOOZE_MS)
        return refused(`A snooze lasts ${formatSpan(LONGEST_SNOOZE_MS)} at the most.`);
      const at = now();
      const { memory } = await incidentStore.watchOf(target.name);
      await incidentStore.snooze(target.name, {
        until: at + forMs,
        by: person.id,
        at,
        severity: memory.severity,
      });
      const words = `${target.name} is snoozed for ${formatSpan(forMs)}: nobody is pinged, unless it gets worse.`;
      return { ok: true, words, incident: await incidentStore.newest(target.name) };
    },

    async endSnooze({ name }, person) {
      const may = mayCare(person, 'end a snooze');
      if (!may.ok) return told(may);
      if (!(await incidentStore.snoozeOf(name, now()))) return refused(`${name} is not snoozed.`);
      await incidentStore.endSnooze(name, person.id, 'ended_by_person', now());
      const incident = await incidentStore.newest(name);
      if (incident?.state === 'open') await page(incident.id);
      return { ok: true, words: `${name} is snoozed no longer.`, incident };
    },
  };
}

/** `<@U…>` is a mention. */
function tooLate({ state, acknowledged }: Incident, person: Person): string {
  if (state === 'resolved') return 'It is resolved already. Nothing was done.';
  if (acknowledged?.by === person.id) return 'You have it already. Nothing was done.';
  return `<@${acknowledged?.by}> has it already. Nothing was done.`;
}

function byHand({ app }: Target, reason: string, at: Instant): Picture {
  return {
    at,
    verdict: 'unknown',
    failure: { kind: 'hand' },
    title: `${app}: escalated by hand: ${reason}`,
    cause: `called by hand: ${reason}`,
    error: null,
    evidence: [],
    actions: [],
  };
}
