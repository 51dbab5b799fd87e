/** The watch on a scripted world, with real stores on a real database, and a clock and a queue that the test drives. */

import { createIncidentCommands, type IncidentCommands } from '../../src/operations/incidents/commands.ts';
import { pageOperator } from '../../src/operations/incidents/notify-operator.ts';
import { type WatchContext, type WhyLook, watchTarget } from '../../src/operations/incidents/watch-target.ts';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import type { Outside } from '../../src/operations/ports/upstreams.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import type { Instant } from '../../src/runbook/model/instant.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore, type IncidentJobs } from '../../src/store/incidents/incident-store.ts';
import { evidence, NOW, unseen } from './evidence.ts';
import { testFacts } from './facts.ts';
import { localChanges } from './local-changes.ts';

const MINUTE = 60_000;

export interface Watching {
  readonly incidentStore: IncidentStore;
  readonly incidents: IncidentCommands;
  now(): Instant;
  /** Changes the world from now on, laid over a healthy one. A function is called with the time at each look. */
  world(more: Partial<Evidence> | ((now: Instant) => Partial<Evidence>)): void;
  /** Heroku reports that a dyno crashed. */
  crash(): Promise<void>;
  /** Actions that were taken through the bot. */
  readonly actions: Action[];
  /** Lets time pass, with a look at prod every `every_seconds` and the queue's jobs in between. */
  pass(ms: number): Promise<void>;
  /** Looks once, now. */
  look(target?: string): Promise<void>;
  /** What was sent, with the minute after the start: `3 ping person: …`, `5 notice: …`. */
  readonly sent: readonly string[];
  /** How many requests each look sent. */
  readonly asked: readonly number[];
  /** How many processes look at the same time from now on. */
  processes: number;
}

interface Job {
  readonly at: Instant;
  readonly incidentId: string;
}

export function startWatching(db: Db, change: (facts: Facts) => Facts = (facts) => facts): Watching {
  const facts = change(testFacts);
  let now = NOW;
  let seen: (now: Instant) => Partial<Evidence> = () => ({});
  let jobs: Job[] = [];
  const sent: string[] = [];
  const asked: number[] = [];
  const actions: Action[] = [];
  const redactor = createRedactor({ secrets: [] });

  const minute = () => Math.floor((now - NOW) / MINUTE);
  const queue: IncidentJobs = {
    askForLook: async () => {},
    askForLooks: async () => {},
    enqueue: async (sql, name, data, _target, startAt) => {
      if (name === 'page' && 'incidentId' in data)
        jobs.push({ at: startAt ?? now, incidentId: data.incidentId });
      if (name === 'notice' && 'words' in data) sent.push(`${minute()} notice: ${data.words}`);
      if (name === 'ping' && 'to' in data) {
        const [line] = await sql('select detail from audit where seq = $1', [data.seq]);
        sent.push(`${minute()} ping ${data.to}: ${Object(line?.detail).words}`);
      }
    },
  };

  /** Nothing is kept in a process: each look is by a process that has just started. */
  function start() {
    const incidentStore = createIncidentStore(db, queue);
    const page = (id: string) => pageOperator({ facts, incidentStore, now: () => now }, id);
    let count = 0;
    const outside = outsideOf(() => {
      count += 1;
      return evidence(seen(now));
    });
    const watchContext: WatchContext = {
      facts,
      redactor,
      incidentStore,
      page,
      actionStore: { recent: async () => actions, forgetFormations: async () => {} },
      outside,
      changes: localChanges({ outside, redactor, incidentStore, now: () => now }),
      now: () => now,
      expire: () => new AbortController().signal,
      sawWell: async () => {},
    };
    const watch = (name: string, why?: WhyLook) => watchTarget(watchContext, name, why);
    const ids = Array.from({ length: 9 }, (_, index) => `0000000${index}-0000-4000-8000-000000000000`);
    const incidents = createIncidentCommands({
      facts,
      incidentStore,
      page,
      now: () => now,
      randomId: () => ids.pop() ?? 'more',
    });
    return { incidentStore, page, watch, incidents, count: () => count };
  }

  const watching: Watching = {
    incidentStore: createIncidentStore(db, queue),
    incidents: start().incidents,
    now: () => now,
    world: (more) => {
      seen = typeof more === 'function' ? more : () => more;
    },
    crash: () => watching.incidentStore.noteCrash('prod', now),
    actions,
    processes: 1,
    sent,
    asked,
    async look(target = 'prod') {
      const all = Array.from({ length: watching.processes }, start);
      await Promise.all(all.map(({ watch }) => watch(target)));
      asked.push(all[0]?.count() ?? 0);
    },
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        const nextLook =
          NOW +
          (Math.floor((now - NOW) / (facts.watch.everySeconds * 1_000)) + 1) *
            facts.watch.everySeconds *
            1_000;
        const nextJob = Math.min(...jobs.map(({ at }) => Math.max(at, now)));
        const next = Math.min(nextLook, nextJob);
        if (next > end) break;
        now = next;
        const due = jobs.filter(({ at }) => at <= now);
        jobs = jobs.filter(({ at }) => at > now);
        for (const { incidentId } of due) {
          await Promise.all(Array.from({ length: watching.processes }, () => start().page(incidentId)));
        }
        if (now === nextLook) await watching.look();
      }
      now = end;
    },
  };
  return watching;
}

/** Empties the tables. */
export async function emptyBook(db: Db): Promise<void> {
  await db.sql('delete from wakes');
  await db.sql('delete from incidents');
  await db.sql('delete from snoozes');
  await db.sql('delete from watches');
}

function outsideOf(see: () => Evidence): Outside {
  const read =
    <K extends keyof Evidence>(name: K) =>
    async (): Promise<Evidence[K]> =>
      see()[name];
  const never = async () => {
    throw new Error('not proposed by a watch');
  };
  return {
    heroku: {
      app: read('app'),
      dynos: read('dynos'),
      formation: read('formation'),
      releases: read('releases'),
      slug: async () => {
        const { slug } = see();
        if (!slug.ok) return slug;
        if (!slug.value) throw new Error('no slug');
        return { ...slug, value: slug.value };
      },
      logs: read('logs'),
      rateLimit: () => null,
      usedUp: () => null,
      requests: () => 0,
    },
    github: {
      repository: read('repository'),
      runs: read('runs'),
      runsLike: async () => {
        const { olderRuns } = see();
        return olderRuns.ok
          ? { ...olderRuns, value: { runs: olderRuns.value.runs, all: olderRuns.value.isWhole } }
          : olderRuns;
      },
      runDetails: async (runs) => {
        const { runDetails, olderRuns } = see();
        if (!runDetails.ok) return runDetails;
        const all = [...runDetails.value, ...(olderRuns.ok ? olderRuns.value.details : [])];
        return { ...runDetails, value: all.filter(({ runId }) => runs.some(({ id }) => id === runId)) };
      },
      deployments: read('deployments'),
      environments: read('environments'),
      workflows: read('workflows'),
      secret: read('freezeSecret'),
      shipment: never,
      dispatched: never,
      diff: async () => unseen('unreachable', 'GitHub compare: not asked here'),
      reviewers: never,
      rateLimit: () => null,
      usedUp: () => null,
      requests: () => 0,
    },
    probe: {
      get: async (url) => (url.includes('herokuapp') ? see().health : see().console),
      platform: read('platform'),
    },
  };
}
