/** Evidence without secrets. Before anybody judges, shortens or shows it: a secret cut in half is no longer recognised. */
import { setImmediate as pause } from 'node:timers/promises';
import type { Evidence, LogLine, LogWindow, Observed } from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { HerokuReader } from '../ports/upstreams.ts';
import { type CollectDeps, type CollectOptions, collect } from './collect.ts';

export interface CollectRedactedDeps extends CollectDeps {
  readonly redactor: Redactor;
}

/**
 * `collect`, and nothing in what it answers is a secret. The log is redacted while other sources are waited for, under the
 * same deadline: one that cannot be made fit to be shown in time is unseen.
 */
export async function collectRedacted(
  target: Target,
  facts: Facts,
  deps: CollectRedactedDeps,
  wanted: CollectOptions,
): Promise<Evidence> {
  const { outside, redactor } = deps;
  const heroku: HerokuReader = {
    ...outside.heroku,
    logs: async (app, lines, options) => {
      const seen = await outside.heroku.logs(app, lines, options);
      return redactLog(seen, redactor, options.signal);
    },
  };
  const evidence = await collect(target, facts, { ...deps, outside: { ...outside, heroku } }, wanted);
  return redactSources(evidence, redactor);
}

/** Each source but the log, one after the other, with a pause for others between them. */
async function redactSources(evidence: Evidence, redactor: Redactor): Promise<Evidence> {
  const { logs, ...rest } = evidence;
  const clean: Record<string, unknown> = {};
  for (const [name, seen] of Object.entries(rest)) {
    clean[name] = redactor.deep(seen);
    await pause();
  }
  return { ...rest, ...clean, logs };
}

/** Characters between two pauses: at the slowest text that there is, some 20 ms. */
const TURN = 24_000;

async function redactLog(
  seen: Observed<LogWindow>,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<Observed<LogWindow>> {
  if (!seen.ok) return redactor.deep(seen);
  const lines: LogLine[] = [];
  const keys = createKeyFollower();
  let turn = 0;
  for (const line of seen.value.lines) {
    lines.push(keys.follow(line, redactor.logLine(line)));
    turn += line.text.length + 100;
    if (turn < TURN) continue;
    turn = 0;
    await pause();
    // Nobody waits for it any more.
    if (signal.aborted) break;
  }
  return { ...seen, value: { ...seen.value, lines } };
}

const KEY_BEGINS = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|\[redacted:private-key\]$/;
const KEY_GOES_ON = /^\s*[A-Za-z0-9+/]{1,100}={0,2}\s*$/;

/** A key file that is printed has a log line for each of its own: the last one is too short to be known by itself. */
function createKeyFollower() {
  const inKey = new Set<string>();
  return {
    follow({ source, process, text }: LogLine, clean: LogLine): LogLine {
      const printer = `${source} ${process}`;
      if (KEY_BEGINS.test(text)) inKey.add(printer);
      else if (!KEY_GOES_ON.test(text)) inKey.delete(printer);
      else if (inKey.has(printer)) return { ...clean, text: '[redacted:key-material]' };
      return clean;
    },
  };
}
