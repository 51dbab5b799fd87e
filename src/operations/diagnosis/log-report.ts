/** Builds what `logs` shows: the last lines of a target's log, and what the runbook's step 6 concludes from them. */
import { logsCheck } from '../../runbook/checks/logs.ts';
import type { LogLine } from '../../runbook/model/heroku.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import type { Finding } from '../../runbook/model/terms.ts';
import type { Collected } from './shared-collection.ts';

export interface LogReport {
  readonly target: string;
  readonly app: string;
  readonly at: Instant;
  /** The judgment of the runbook's step 6. */
  readonly finding: Finding;
  /** The last lines, oldest first, redacted. */
  readonly lines: Observed<readonly LogLine[]>;
}

export function toLogReport({ evidence, context }: Pick<Collected, 'evidence' | 'context'>): LogReport {
  const { logs } = evidence;
  return {
    target: context.target.name,
    app: context.target.app,
    at: context.now,
    finding: logsCheck.run(evidence, context),
    lines: logs.ok ? { ...logs, value: logs.value.lines } : logs,
  };
}
