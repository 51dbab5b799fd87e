/** `raxx changes <target>`: shows what changed before the failure began, and what can be ruled out. */

import { notBegunWords } from '../operations/diagnosis/not-begun.ts';
import { changeSentence, changesText } from '../runbook/changes/change-line.ts';
import { unreadForChanges } from '../runbook/changes/judge.ts';
import { changesJson } from '../runbook/diagnosis/to-json.ts';
import { unreadLines } from '../runbook/diagnosis/unread.ts';
import type { Diagnosis } from '../runbook/model/diagnosis.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { AT_TERMINAL, type CommandContext, targetOrUsage } from './context.ts';
import { EXIT } from './output.ts';
import type { Paint } from './paint.ts';
import { verdictWord } from './words.ts';

/**
 * Exit status: 1 if the app is stopped, down, or degraded; 2 if its state, or what changed, is unknown; 0 otherwise.
 */
export async function runChanges(spoken: string, json: boolean, setting: CommandContext): Promise<number> {
  const { terminal } = setting;
  const target = targetOrUsage(spoken, setting);
  if (!target) return EXIT.usage;
  terminal.progress(`Looking at what changed on ${target.app}…`);
  const { value: answer, unknown } = await setting.remembering(async (diagnosisService) => {
    const found = await diagnosisService.diagnose(target, AT_TERMINAL);
    if (!found.ok) throw new Error(notBegunWords(found));
    return found.explain();
  });
  terminal.progress('');
  if (unknown !== null) terminal.err(`${unknown}\n`);
  terminal.out(
    json ? `${JSON.stringify(toJson(answer), null, 2)}\n` : `${printChanges(answer, terminal.paint)}\n`,
  );
  return exitOf(answer);
}

export function printChanges(diagnosis: Diagnosis, paint: Paint): string {
  const { app, verdict, changes, at } = diagnosis;
  const said = changesText(changes, at, { unread: unreadLines(unreadForChanges(diagnosis)) });
  const isNamed = changes.list.length > 0 || changeSentence(changes, at) !== null;
  return [
    `${paint.bold(app)} is ${verdictWord(verdict, paint)}`,
    ...(isNamed ? [] : ['No visible change in the last 24 h.']),
    ...(said === '' ? [] : [said]),
  ].join('\n');
}

function toJson(diagnosis: Diagnosis) {
  const { target, app, at, verdict, changes } = diagnosis;
  const { onset, before } = changes;
  return {
    schema: 1,
    target,
    app,
    at: iso(at),
    verdict,
    onset: onset && {
      last_well: onset.lastWell === null ? null : iso(onset.lastWell),
      first_failing: iso(onset.firstFailing),
      seen_by: onset.by,
    },
    changes: changesJson(changes),
    not_read: unreadForChanges(diagnosis).map(({ detail }) => detail),
    seen_before: before && {
      at: iso(before.at),
      lasted_ms: before.lastedMs,
      ended_by: before.endedBy,
      times: before.times,
    },
  };
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

function exitOf(diagnosis: Diagnosis): number {
  const { verdict } = diagnosis;
  if (verdict === 'stopped' || verdict === 'down' || verdict === 'degraded') return EXIT.problem;
  return verdict === 'unknown' || unreadForChanges(diagnosis).length > 0 ? EXIT.unknown : EXIT.ok;
}
