/** Incidents at the terminal: a list, or a single one. `--markdown` prints the draft of its postmortem. */
import { listedIncidents } from '../operations/incidents/listed.ts';
import { actionsDuring } from '../operations/incidents/postmortem.ts';
import { postmortem } from '../runbook/incidents/postmortem.ts';
import { actorName } from '../runbook/model/actor.ts';
import type { Incident } from '../runbook/model/incident.ts';
import { targetOrUsage } from './context.ts';
import type { IncidentSetting, OpenedIncidents } from './incident-context.ts';
import { incidentJson } from './incident-json.ts';
import { EXIT } from './output.ts';
import { printIncident, printIncidents } from './print-incident.ts';

export interface IncidentWish {
  /** The id as a card shows it, or longer. Null to list the latest incidents. */
  readonly id: string | null;
  /** Restricts the list to this target. All targets are listed if it is omitted. */
  readonly target?: string;
  readonly markdown: boolean;
  readonly json: boolean;
}

type Ledgers = Extract<OpenedIncidents, { ok: true }>;

/** Number of incidents that are searched for an id given by its first characters. */
const SEARCHED = 1_000;
const SHORTEST = 8;

/** `raxx incidents [target]`: has the same exit status as `raxx incident`. */
export async function runIncidents(
  spoken: string | undefined,
  json: boolean,
  setting: IncidentSetting,
): Promise<number> {
  const target = spoken === undefined ? undefined : targetOrUsage(spoken, setting);
  if (target === null) return EXIT.usage;
  return runIncident(
    { id: null, ...(target ? { target: target.name } : {}), markdown: false, json },
    setting,
  );
}

/** Exit status: 2 if the ledger could not be read; 64 if there is no such incident; 0 otherwise. */
export async function runIncident(wish: IncidentWish, setting: IncidentSetting): Promise<number> {
  const { terminal } = setting;
  if (wish.id !== null && !/^[0-9a-f-]{8,36}$/i.test(wish.id)) {
    terminal.err(`"${wish.id}" is not an incident id. Type at least its first ${SHORTEST} characters.\n`);
    return EXIT.usage;
  }
  const opened = await setting.open(false);
  if (!opened.ok) {
    terminal.err(`Incidents could not be read: ${opened.why}.\n`);
    return EXIT.unknown;
  }
  try {
    return wish.id === null
      ? await list(wish, opened, setting)
      : await showOne(wish.id.toLowerCase(), wish, opened, setting);
  } finally {
    await opened.close();
  }
}

async function list(
  { json, markdown, target }: IncidentWish,
  { incidentStore }: Ledgers,
  setting: IncidentSetting,
) {
  const { terminal, now } = setting;
  if (markdown) {
    terminal.err('--markdown needs an id: raxx incident <id> --markdown\n');
    return EXIT.usage;
  }
  const incidents = await listedIncidents(incidentStore, target);
  terminal.out(
    json
      ? `${JSON.stringify({ schema: 1, incidents: incidents.map((one) => incidentJson(one, [])) }, null, 2)}\n`
      : printIncidents(incidents, now(), terminal.paint),
  );
  return EXIT.ok;
}

async function showOne(id: string, wish: IncidentWish, opened: Ledgers, setting: IncidentSetting) {
  const { terminal, now } = setting;
  const incident = await find(id, opened);
  if (!incident) {
    terminal.err(`There is no incident ${id}. raxx incidents lists them.\n`);
    return EXIT.usage;
  }
  const tried = await actionsDuring(incident, opened.actionStore, now());
  if (wish.json)
    terminal.out(`${JSON.stringify({ schema: 1, ...incidentJson(incident, tried) }, null, 2)}\n`);
  else if (wish.markdown) terminal.out(postmortem({ incident, tried, now: now(), nameOf: actorName }));
  else terminal.out(printIncident(incident, tried, now(), terminal.paint));
  return EXIT.ok;
}

async function find(id: string, { incidentStore }: Ledgers): Promise<Incident | null> {
  const recent = await incidentStore.recent(SEARCHED);
  return recent.find((one) => one.id.startsWith(id)) ?? null;
}
