/** `raxx escalate <target> <reason>`: pages the operator, through the bot that uses the same ledger. */
import { createIncidentCommands } from '../operations/incidents/commands.ts';
import { pageOperator } from '../operations/incidents/notify-operator.ts';
import { readWatches } from '../operations/incidents/watch-report.ts';
import type { Target } from '../runbook/model/runbook-config.ts';
import { formatAgo } from '../runbook/text/time.ts';
import { targetOrUsage } from './context.ts';
import type { IncidentSetting, OpenedIncidents } from './incident-context.ts';
import { EXIT } from './output.ts';

/** Exit status: 0 if a running bot pages; 1 if nobody is paged, and the text says whom to call; 64 on a usage error. */
export async function runEscalate(spoken: string, reason: string, setting: IncidentSetting): Promise<number> {
  const { terminal } = setting;
  const target = targetOrUsage(spoken, setting);
  if (!target) return EXIT.usage;
  if (reason.trim() === '') {
    terminal.err('Give a reason: the operator reads it first. Nothing was done.\n');
    return EXIT.usage;
  }
  const opened = await setting.open(true);
  if (!opened.ok) {
    terminal.err(`Nobody was paged: ${opened.why}. ${callWords(setting)}\n`);
    return EXIT.problem;
  }
  try {
    return await escalate(target, reason, opened, setting);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    terminal.err(`Can't tell whether anybody was paged: ${why}. ${callWords(setting)}\n`);
    return EXIT.problem;
  } finally {
    await opened.close();
  }
}

async function escalate(
  target: Target,
  reason: string,
  { incidentStore, isShared }: Extract<OpenedIncidents, { ok: true }>,
  setting: IncidentSetting,
): Promise<number> {
  const { terminal, facts, who, now, randomId } = setting;
  const page = (id: string) => pageOperator({ facts, incidentStore, now }, id);
  const incidents = createIncidentCommands({ facts, incidentStore, page, now, randomId });
  // The holder of the credentials decides, as with every change at the terminal.
  const person = { id: who, isOperator: true, isApprover: true };
  const { incident } = await incidents.escalate(target, reason, person);
  const id = incident?.id.slice(0, 8) ?? '';
  const [watch] = await readWatches([target], incidentStore, facts, now());
  if (!isShared || !watch || watch.lookedAt === null || watch.isLate) {
    const last = watch?.lookedAt ? `; the last look was ${formatAgo(watch.lookedAt, now())}` : '';
    terminal.err(
      `Recorded as incident ${id}, but no bot seems to be running on this ledger${last}. ${callWords(setting)}\n`,
    );
    return EXIT.problem;
  }
  const { name } = facts.escalation.who;
  const minutes = facts.escalation.repeatMinutes;
  terminal.out(
    `Escalated: the bot is paging ${name} now, then every ${minutes} min until someone acknowledges (incident ${id}).\n`,
  );
  return EXIT.ok;
}

function callWords({ facts }: IncidentSetting): string {
  const { name, contact } = facts.escalation.who;
  return `Contact ${name} directly: ${contact}, or in Slack in #${facts.slack.channel.replace(/^#/, '')}.`;
}
