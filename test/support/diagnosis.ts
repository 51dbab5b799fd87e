/** Diagnoses as Slack's and the terminal's views receive them. */
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import { contextOf, dyno, environment, evidence, http, logWindow, seen, unseen } from './evidence.ts';

export function diagnosis(more: Partial<Evidence> = {}): Diagnosis {
  return diagnose(evidence(more), contextOf(), { tookMs: 812, limits: [] });
}

export const bootTimeout = diagnosis({
  dynos: seen([dyno('crashed', 60_000)]),
  health: http(503),
  logs: seen(
    logWindow(
      '-120 heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch',
      '-60 heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch',
    ),
  ),
});

export const blind = diagnosis({
  dynos: unseen('unauthorized', 'Heroku dynos: token rejected (HTTP 401)'),
  formation: unseen('unauthorized', 'Heroku formation: token rejected (HTTP 401)'),
  environments: unseen('forbidden', 'GitHub environments: HTTP 403; it needs actions=read'),
});

export const misspelledGate = diagnosis({ environments: seen([environment('Production')]) });
