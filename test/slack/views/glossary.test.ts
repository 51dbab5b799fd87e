/** The words that cards use for states are those of the glossary, which documents each of them and no other. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Action, ActionState } from '../../../src/runbook/model/action.ts';
import type { Incident } from '../../../src/runbook/model/incident.ts';
import { NO_SITUATION } from '../../../src/runbook/model/situation.ts';
import type { Status, Verdict } from '../../../src/runbook/model/terms.ts';
import { stateOfJob } from '../../../src/runbook/runs/job-progress.ts';
import { fallbacksOf } from '../../../src/slack/client/fallbacks.ts';
import { runPlan } from '../../../src/slack/views/actions/run-plan.ts';
import { checksView } from '../../../src/slack/views/diagnosis/checks.ts';
import { incidentsView } from '../../../src/slack/views/incidents/incidents.ts';
import { signOf } from '../../../src/slack/views/parts/action-sign.ts';
import { stateSentence } from '../../../src/slack/views/parts/state-words.ts';
import { action } from '../../support/action.ts';
import { cardText } from '../../support/card-text.ts';
import { diagnosis } from '../../support/diagnosis.ts';
import { NOW } from '../../support/evidence.ts';
import { incident } from '../../support/incident.ts';

const GLOSSARY = readFileSync(new URL('../../../docs/glossary.md', import.meta.url), 'utf8');

/** The rows of the table below this heading: the state, and what the card says. */
function table(heading: string): readonly (readonly [state: string, words: string])[] {
  const [, after = ''] = GLOSSARY.split(`\n## ${heading}\n`);
  const [body = ''] = after.split('\n## ');
  const rows = body.split('\n').filter((row) => row.startsWith('| `'));
  return rows.map((row) => {
    const [, state = '', words = ''] = row.split('|').map((cell) => cell.trim());
    return [state.replaceAll('`', ''), words];
  });
}

const ACTIONS: Readonly<Record<ActionState, true>> = {
  proposed: true,
  approved: true,
  executing: true,
  succeeded: true,
  failed: true,
  unconfirmed: true,
  rejected: true,
  expired: true,
  superseded: true,
};
const CHECKS: Readonly<Record<Status, true>> = { pass: true, warn: true, fail: true, unknown: true };
const VERDICTS: Readonly<Record<Verdict, true>> = {
  healthy: true,
  degraded: true,
  down: true,
  stopped: true,
  unknown: true,
};
const JOBS = [
  { status: 'queued', conclusion: null },
  { status: 'in_progress', conclusion: null },
  { status: 'completed', conclusion: 'success' },
  { status: 'completed', conclusion: 'failure' },
];

const wordOf = (more: Partial<Action>) => signOf(action(more))[1];
const namesOf = <Name extends string>(all: Readonly<Record<Name, true>>) => Object.keys(all) as Name[];

describe('the glossary', () => {
  it('has the words that cards use for the states of an action', () => {
    const shown = new Map([
      ...namesOf(ACTIONS).map((state) => [state, wordOf({ state })] as const),
      ['executing, in progress', wordOf({ state: 'executing', progress: { words: 'web.1 starting' } })],
      [
        'executing, at the gate',
        wordOf({ state: 'executing', progress: { words: 'waiting', stage: 'at_gate' } }),
      ],
      [
        'succeeded, then watched',
        wordOf({
          state: 'succeeded',
          aftermath: { kind: 'turned_bad', words: 'It crashed.', at: NOW, next: [] },
        }),
      ],
    ]);
    expect(new Map(table('States of an action'))).toEqual(shown);
  });

  it('has the words that cards use for the states of a check', () => {
    const seen = diagnosis();
    const [finding] = seen.findings;
    if (!finding) throw new Error('no finding');
    const shown = namesOf(CHECKS).map((status) => {
      const card = cardText(checksView({ ...seen, findings: [{ ...finding, status }] }));
      return [status, / (\w+) · /.exec(card)?.[1] ?? card];
    });
    expect(table('States of a check')).toEqual(shown);
  });

  it('has the words that cards use for the verdicts', () => {
    const shown = namesOf(VERDICTS).map((verdict) => [
      verdict,
      stateSentence('raxx-api-prod', verdict, NO_SITUATION),
    ]);
    expect(table('Verdicts')).toEqual(shown);
  });

  it('has the words that cards use for the states of an incident', () => {
    const said = (more: Partial<Incident>) => {
      const card = cardText(incidentsView([{ incident: incident(more), card: null }], null, NOW));
      return /• :\w+: ([^:]+): raxx-api-prod/.exec(card)?.[1];
    };
    const stopped = { by: 'U1', at: NOW, reason: null };
    expect(table('States of an incident')).toEqual([
      ['open', said({})],
      ['open, app stopped', said({ stopped })],
      ['resolved', said({ state: 'resolved', resolvedAt: NOW })],
    ]);
  });

  it('has the words that cards use for the states of a job, also where Slack draws no plan', () => {
    const shown = JOBS.map((job) => {
      const plan = { text: '-', blocks: runPlan({ jobs: [{ name: 'deploy', ...job, steps: [] }] }) };
      const classic = fallbacksOf(plan).find(({ name }) => name === 'without newer blocks');
      const words = classic && /:\w+: ([a-z ]+) · /.exec(cardText(classic.message))?.[1];
      return [stateOfJob(job), words];
    });
    expect(table('States of a job of a run')).toEqual(shown);
  });
});
