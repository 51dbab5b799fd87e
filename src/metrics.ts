/** Metrics for Prometheus: what the bot did, and how its upstreams, its queue, and its event loop are doing. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { QueueState } from './operations/ports/queue-state.ts';
import type { RateLimit } from './runbook/model/terms.ts';

export interface MetricsDeps {
  /** Called at each scrape. Rejects if the queues cannot be read. They are then left out. */
  queues(): Promise<readonly QueueState[]>;
  /** Returns whether the database accepts writes now. Never rejects. */
  isDatabaseUp(): Promise<boolean>;
  /** Returns the remainder of each upstream's hourly allowance, as that upstream last reported it. */
  budgets(): readonly RateLimit[];
}

export interface Metrics {
  command(name: string): void;
  /** Counts a reply that failed. */
  failedAnswer(): void;
  diagnosis(verdict: string): void;
  /** `why` is null for a successful read, or says why the source is unseen. */
  read(upstream: string, what: string, seconds: number, why: string | null): void;
  write(upstream: string, result: string): void;
  look(target: string, seconds: number, isKept: boolean): void;
  decision(decision: 'approve' | 'reject', result: 'counted' | 'refused' | 'failed'): void;
  ping(to: 'channel' | 'person'): void;
  failedJob(queue: string): void;
  readonly contentType: string;
  /** Returns all metrics in Prometheus' text format. Never rejects. */
  text(): Promise<string>;
}

const NS_PER_S = 1e9;
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16];

export function createMetrics(deps: MetricsDeps): Metrics {
  const register = new Registry();
  const counters = createCounters([register]);
  const gauges = createGauges([register]);
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  return {
    command: (command) => counters.commands.inc({ command }),
    failedAnswer: () => counters.failedAnswers.inc(),
    diagnosis: (verdict) => counters.diagnoses.inc({ verdict }),
    read(upstream, read, took, reason) {
      counters.reads.observe({ upstream, read }, took);
      if (reason !== null) counters.readErrors.inc({ upstream, reason });
    },
    write: (upstream, result) => counters.writes.inc({ upstream, result }),
    look(target, took, isKept) {
      counters.looks.observe({ target }, took);
      if (!isKept) counters.failedLooks.inc({ target });
    },
    decision: (decision, result) => counters.decisions.inc({ decision, result }),
    ping: (to) => counters.pings.inc({ to }),
    failedJob: (queue) => counters.failedJobs.inc({ queue }),
    contentType: register.contentType,
    async text() {
      const isUp = await deps.isDatabaseUp();
      gauges.database.set(isUp ? 1 : 0);
      // A queue that cannot be read is left out, because 0 would be a false value.
      if (isUp) await measureQueues(gauges, deps).catch(() => undefined);
      measureBudgets(gauges, deps);
      measureLoop(gauges, loop);
      return register.metrics();
    },
  };
}

/** Metrics that are counted or timed when something happens. */
function createCounters(registers: Registry[]) {
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `raxx_${name}`, help, labelNames, registers });
  const seconds = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Histogram({ name: `raxx_${name}`, help, labelNames, registers, buckets: SECONDS });
  return {
    commands: counter('commands_total', 'Slack commands, by first word.', 'command'),
    failedAnswers: counter('failed_answers_total', 'Answers to people that could not be given.'),
    diagnoses: counter('diagnoses_total', 'Diagnoses, by verdict.', 'verdict'),
    reads: seconds('upstream_read_duration_seconds', 'Upstream reads.', 'upstream', 'read'),
    readErrors: counter(
      'upstream_read_errors_total',
      'Upstream reads that saw nothing, by reason.',
      'upstream',
      'reason',
    ),
    writes: counter('upstream_writes_total', 'Approved changes that were sent.', 'upstream', 'result'),
    looks: seconds('look_duration_seconds', 'Looks of the watch at a target.', 'target'),
    failedLooks: counter('failed_looks_total', 'Looks of the watch that threw.', 'target'),
    decisions: counter('decisions_total', 'Approvals and rejections.', 'decision', 'result'),
    pings: counter('pings_total', 'Pages to the operator that were sent.', 'to'),
    failedJobs: counter('failed_jobs_total', 'Jobs that threw, including retries.', 'queue'),
  };
}

/** Metrics that are measured at each scrape. */
function createGauges(registers: Registry[]) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `raxx_${name}`, help, labelNames, registers });
  return {
    waiting: gauge('queue_jobs', 'Jobs that are due and waiting for a worker.', 'queue'),
    oldest: gauge('queue_oldest_job_seconds', 'How long the oldest of them has been waiting.', 'queue'),
    database: gauge('database_up', 'Whether the database accepts writes.'),
    budget: gauge('upstream_budget_remaining', 'Requests left of the hourly allowance.', 'upstream'),
    budgetLimit: gauge('upstream_budget_limit', 'The hourly allowance.', 'upstream'),
    delay: gauge('event_loop_delay_seconds', 'Event loop delay since the last scrape.', 'quantile'),
  };
}

type Gauges = ReturnType<typeof createGauges>;

async function measureQueues({ waiting, oldest }: Gauges, { queues }: MetricsDeps): Promise<void> {
  waiting.reset();
  oldest.reset();
  for (const { name, jobs, oldestSeconds } of await queues()) {
    waiting.set({ queue: name }, jobs);
    oldest.set({ queue: name }, oldestSeconds);
  }
}

function measureBudgets({ budget, budgetLimit }: Gauges, { budgets }: MetricsDeps): void {
  for (const { api: upstream, remaining, limit } of budgets()) {
    budget.set({ upstream }, remaining);
    if (limit !== null) budgetLimit.set({ upstream }, limit);
  }
}

function measureLoop({ delay }: Gauges, loop: ReturnType<typeof monitorEventLoopDelay>): void {
  // Without a sample there is no quantile.
  if (loop.count > 0) {
    delay.set({ quantile: '0.5' }, loop.percentile(50) / NS_PER_S);
    delay.set({ quantile: '0.99' }, loop.percentile(99) / NS_PER_S);
    delay.set({ quantile: '1' }, loop.max / NS_PER_S);
  }
  loop.reset();
}
