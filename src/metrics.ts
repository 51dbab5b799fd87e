/** Numbers to look at: what the bot did, how its upstreams, its queue and its own event loop do, as Prometheus reads them. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { QueueState } from './operations/ports/queue-state.ts';
import type { RateLimit } from './runbook/model/terms.ts';

export interface MetricsDeps {
  /** Asked at each scrape. Rejects when it cannot be read: then nothing is said of the queues. */
  queues(): Promise<readonly QueueState[]>;
  /** Whether a change can be written down now. Never rejects. */
  isDatabaseUp(): Promise<boolean>;
  /** What is left of each upstream's allowance, as it last said. */
  budgets(): readonly RateLimit[];
}

export interface Metrics {
  command(name: string): void;
  /** An answer that could not be given. */
  failedAnswer(): void;
  diagnosis(verdict: string): void;
  /** `why`: null for an answer; else why nothing was seen. */
  read(upstream: string, what: string, seconds: number, why: string | null): void;
  write(upstream: string, result: string): void;
  look(target: string, seconds: number, isKept: boolean): void;
  decision(decision: 'approve' | 'reject', result: 'counted' | 'refused' | 'failed'): void;
  ping(to: 'channel' | 'person'): void;
  failedJob(queue: string): void;
  readonly contentType: string;
  /** Every number, in Prometheus' text format. Never rejects. */
  text(): Promise<string>;
}

const NS_PER_S = 1e9;
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16];

export function createMetrics(deps: MetricsDeps): Metrics {
  const registers = [new Registry()];
  const [register] = registers;
  if (!register) throw new Error('there is no registry');
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `raxx_${name}`, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `raxx_${name}`, help, labelNames, registers });
  const seconds = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Histogram({ name: `raxx_${name}`, help, labelNames, registers, buckets: SECONDS });

  const commands = counter('commands_total', 'Commands in Slack, by their first word.', 'command');
  const failedAnswers = counter('failed_answers_total', 'Answers to people that could not be given.');
  const diagnoses = counter('diagnoses_total', 'Diagnoses, by verdict.', 'verdict');
  const reads = seconds('upstream_read_duration_seconds', 'Reads of upstreams.', 'upstream', 'read');
  const errors = counter(
    'upstream_read_errors_total',
    'Reads that saw nothing, by why.',
    'upstream',
    'reason',
  );
  const writes = counter('upstream_writes_total', 'Approved changes that were sent.', 'upstream', 'result');
  const looks = seconds('look_duration_seconds', 'Looks of the watch at a target.', 'target');
  const failedLooks = counter('failed_looks_total', 'Looks that threw.', 'target');
  const decisions = counter('decisions_total', 'Approvals and rejections.', 'decision', 'result');
  const pings = counter('pings_total', 'Pings of the operator that were sent.', 'to');
  const failedJobs = counter('failed_jobs_total', 'Jobs that threw, retries counted.', 'queue');
  const waiting = gauge('queue_jobs', 'Jobs that are due and wait for a worker.', 'queue');
  const oldest = gauge('queue_oldest_job_seconds', 'For how long the oldest of them waits.', 'queue');
  const database = gauge('database_up', 'Whether a change can be written down.');
  const budget = gauge('upstream_budget_remaining', 'Requests left of the allowance.', 'upstream');
  const budgetLimit = gauge('upstream_budget_limit', 'The allowance.', 'upstream');
  const delay = gauge(
    'event_loop_delay_seconds',
    'Delay of the event loop since the last scrape.',
    'quantile',
  );
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();

  async function measureQueues(): Promise<void> {
    waiting.reset();
    oldest.reset();
    for (const { name, jobs, oldestSeconds } of await deps.queues()) {
      waiting.set({ queue: name }, jobs);
      oldest.set({ queue: name }, oldestSeconds);
    }
  }

  function measureBudgets(): void {
    for (const { api: upstream, remaining, limit } of deps.budgets()) {
      budget.set({ upstream }, remaining);
      if (limit !== null) budgetLimit.set({ upstream }, limit);
    }
  }

  function measureLoop(): void {
    // Of no sample there is no quantile.
    if (loop.count > 0) {
      delay.set({ quantile: '0.5' }, loop.percentile(50) / NS_PER_S);
      delay.set({ quantile: '0.99' }, loop.percentile(99) / NS_PER_S);
      delay.set({ quantile: '1' }, loop.max / NS_PER_S);
    }
    loop.reset();
  }

  return {
    command: (command) => commands.inc({ command }),
    failedAnswer: () => failedAnswers.inc(),
    diagnosis: (verdict) => diagnoses.inc({ verdict }),
    read(upstream, read, took, reason) {
      reads.observe({ upstream, read }, took);
      if (reason !== null) errors.inc({ upstream, reason });
    },
    write: (upstream, result) => writes.inc({ upstream, result }),
    look(target, took, isKept) {
      looks.observe({ target }, took);
      if (!isKept) failedLooks.inc({ target });
    },
    decision: (decision, result) => decisions.inc({ decision, result }),
    ping: (to) => pings.inc({ to }),
    failedJob: (queue) => failedJobs.inc({ queue }),
    contentType: register.contentType,
    async text() {
      const isUp = await deps.isDatabaseUp();
      database.set(isUp ? 1 : 0);
      // Of a queue that cannot be read nothing is said: 0 would be an answer.
      if (isUp) await measureQueues().catch(() => undefined);
      measureBudgets();
      measureLoop();
      return register.metrics();
    },
  };
}
