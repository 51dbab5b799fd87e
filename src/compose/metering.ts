/** Counts and times calls around the use-cases and the clients, which know nothing about it. */
import type { Metrics } from '../metrics.ts';
import type { ActionService, DecisionResult } from '../operations/actions/context.ts';
import type { DiagnosisService } from '../operations/diagnosis/diagnosis-service.ts';
import type { WhyLook } from '../operations/incidents/watch-target.ts';
import type { Outside } from '../operations/ports/upstreams.ts';
import { asRecord } from '../runbook/model/record.ts';
import type { WriteRequest, WriteResult } from '../runbook/model/write-request.ts';

/** Returns milliseconds of a monotonic clock. */
type Elapsed = () => number;

export function meterOutside(
  { heroku, github, probe }: Outside,
  metrics: Metrics,
  elapsed: Elapsed,
): Outside {
  return {
    heroku: timed('heroku', heroku, metrics, elapsed),
    github: timed('github', github, metrics, elapsed),
    probe: timed('probe', probe, metrics, elapsed),
  };
}

/** Times each method that returns a promise of an observation. The others are unchanged. */
function timed<T extends object>(upstream: string, reader: T, metrics: Metrics, elapsed: Elapsed): T {
  return new Proxy(reader, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]): unknown => {
        const startedAt = elapsed();
        const answer: unknown = Reflect.apply(method, target, given);
        const note = (reason: string | null) =>
          metrics.read(upstream, String(name), (elapsed() - startedAt) / 1_000, reason);
        // An unseen source is a normal result. A reader that rejects has a bug.
        if (answer instanceof Promise)
          answer.then(
            (observed: unknown) =>
              note(asRecord(observed).ok === false ? String(asRecord(observed).why) : null),
            () => note('fault'),
          );
        return answer;
      };
    },
  });
}

type Write = (request: WriteRequest) => Promise<WriteResult>;

export function meterWrite(write: Write, metrics: Metrics): Write {
  return async (request) => {
    const result = await write(request);
    metrics.write(request.api, result.kind);
    return result;
  };
}

export function meterReadings(diagnosisService: DiagnosisService, metrics: Metrics): DiagnosisService {
  return {
    ...diagnosisService,
    async diagnose(target, who) {
      const answer = await diagnosisService.diagnose(target, who);
      if (answer.ok) metrics.diagnosis(answer.value.verdict);
      return answer;
    },
  };
}

export function meterActs(actionService: ActionService, metrics: Metrics): ActionService {
  async function counted(
    decision: 'approve' | 'reject',
    deciding: Promise<DecisionResult>,
  ): Promise<DecisionResult> {
    try {
      const decided = await deciding;
      metrics.decision(decision, decided.ok ? 'counted' : 'refused');
      return decided;
    } catch (error) {
      metrics.decision(decision, 'failed');
      throw error;
    }
  }
  return {
    ...actionService,
    approve: (id, person) => counted('approve', actionService.approve(id, person)),
    reject: (id, person) => counted('reject', actionService.reject(id, person)),
  };
}

type Watch = (target: string, why?: WhyLook) => Promise<void>;

export function meterWatch(watch: Watch, metrics: Metrics, elapsed: Elapsed): Watch {
  return async (target, why) => {
    const startedAt = elapsed();
    const look = (isKept: boolean) => metrics.look(target, (elapsed() - startedAt) / 1_000, isKept);
    try {
      await watch(target, why);
      look(true);
    } catch (error) {
      look(false);
      throw error;
    }
  };
}

type Ping = (incidentId: string, seq: number, to: 'channel' | 'person') => Promise<void>;

export function meterPing(ping: Ping, metrics: Metrics): Ping {
  return async (incidentId, seq, to) => {
    await ping(incidentId, seq, to);
    metrics.ping(to);
  };
}
