/** The worlds that people reported, where people read about them: on the card, at the terminal, and from the watch. */
import picocolors from 'picocolors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkBlocks } from '../../sandbox/slack/blocks/check.ts';
import { printDiagnosis } from '../../src/cli/print-diagnosis.ts';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { validateMessage } from '../../src/slack/client/validate-message.ts';
import { diagnosisView } from '../../src/slack/views/diagnosis/diagnosis.ts';
import type { Db } from '../../src/store/database/db.ts';
import { mentionsOf } from '../support/case-expectation.ts';
import { shifted } from '../support/case-times.ts';
import { type Case, evidenceOf, readCases } from '../support/case-world.ts';
import { openMigrated } from '../support/databases.ts';
import { NOW } from '../support/evidence.ts';
import { testFacts } from '../support/facts.ts';
import { emptyBook, startWatching } from '../support/watching.ts';

const CASES = readCases().map((one) => [one.title, one] as const);
const canDo: ReadonlySet<ActionKind> = new Set(['stop', 'restore', 'restart', 'rollback', 'resize']);
const asked = { by: 'U0KRIS001', facts: testFacts, incidentCard: null, canDo };

async function diagnosisOf(one: Case) {
  const { evidence, context } = await evidenceOf(one);
  return diagnose(evidence, context, { tookMs: 1, limits: [] });
}

/** What is to be read there, in its order: one line for each text. */
function readable(value: unknown): string {
  if (Array.isArray(value)) return value.map(readable).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, inner]) => (key === 'text' && typeof inner === 'string' ? inner : readable(inner)))
    .filter((text) => text !== '')
    .join('\n');
}

function unmentioned(one: Case, text: string): string[] {
  return mentionsOf(one).filter((pattern) => !new RegExp(pattern).test(text));
}

describe('a world that people reported', () => {
  it.each(CASES)('is shown on the card: %s', async (_title, one) => {
    const message = diagnosisView(await diagnosisOf(one), asked);
    expect(validateMessage(message)).toEqual([]);
    expect(checkBlocks(message.blocks)).toMatchObject({ ok: true });
    expect(unmentioned(one, `${message.text}\n${readable(message.blocks)}`)).toEqual([]);
  });

  it.each(CASES)('is shown at the terminal: %s', async (_title, one) => {
    const printed = printDiagnosis(await diagnosisOf(one), picocolors.createColors(false));
    expect(unmentioned(one, printed)).toEqual([]);
  });
});

describe('a watch over a world that people reported', () => {
  let db: Db;
  beforeAll(async () => {
    db = await openMigrated();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyBook(db));

  /** What is expected of it, where that leaves no choice; null: it may be either. */
  function opens({
    expect: { verdict = [], modes = [], escalations = [], anyStepOf },
  }: Case): boolean | null {
    if (verdict.join() === 'down') return true;
    const isQuiet = verdict.join() === 'healthy' && modes.length + escalations.length === 0;
    return isQuiet && anyStepOf === undefined ? false : null;
  }

  const decided = CASES.flatMap(([title, one]) => {
    const open = opens(one);
    return open === null ? [] : [[open ? 'opens one' : 'opens none', title, one, open] as const];
  });

  it.each(decided)('incident: %s for %s', async (_word, _title, one, open) => {
    const { evidence } = await evidenceOf(one);
    const watching = startWatching(db);
    watching.world((now) => shifted(evidence, now - Date.parse(one.now)));
    for (let look = 0; look < 3; look += 1) await watching.pass(60_000);
    const incident = await watching.incidentStore.newest('prod');
    expect(incident === null ? null : incident.state).toBe(open ? 'open' : null);
    expect(watching.now()).toBe(NOW + 180_000);
  });
});
