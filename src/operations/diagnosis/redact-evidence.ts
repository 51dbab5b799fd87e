/**
 * Removes secrets from evidence before anything judges, shortens or shows it, because half a secret would no longer be
 * recognized.
 */
import { setImmediate as pause } from 'node:timers/promises';
import type { Evidence, SourceName } from '../../runbook/model/evidence.ts';
import type { LogLine, LogWindow } from '../../runbook/model/heroku.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { HerokuReader } from '../ports/upstreams.ts';
import { type CollectDeps, type CollectOptions, collect } from './collect.ts';

export interface CollectRedactedDeps extends CollectDeps {
  readonly redactor: Redactor;
}

/**
 * Works like `collect`, but returns no secrets. The log is redacted while other sources are awaited, under the same
 * deadline. A log that cannot be redacted in time is unseen.
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

/** Redacts every source but the log, one after the other. After each it pauses, so that other work gets its turn. */
async function redactSources(evidence: Evidence, redactor: Redactor): Promise<Evidence> {
  const clean: { -readonly [K in SourceName]: Evidence[K] } = { ...evidence };
  const redactSource = <K extends SourceName>(name: K) => {
    clean[name] = redactor.deep<Evidence[K]>(evidence[name]);
  };
  for (const name of Object.keys(evidence)) {
    if (!isSource(name, evidence) || name === 'logs') continue;
    redactSource(name);
    await pause();
  }
  return clean;
}

function isSource(name: string, evidence: Evidence): name is SourceName {
  return name in evidence;
}

/** The number of characters between two pauses: about 20 ms for the slowest text. */
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
    // The deadline has passed, so nothing waits for the result.
    if (signal.aborted) break;
  }
  return { ...seen, value: { ...seen.value, lines } };
}

const KEY_BEGINS = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|\[redacted:private-key\]$/;
const KEY_GOES_ON = /^\s*[A-Za-z0-9+/]{1,100}={0,2}\s*$/;

/** A printed key file has a log line for each of its lines. The last one is too short to be recognized by itself. */
function createKeyFollower() {
  const inKey = new Set<string>();
  return {
    follow({ source, process, text }: LogLine, clean: LogLine): LogLine {
      const printer = `${source ?? ''} ${process ?? ''}`;
      if (KEY_BEGINS.test(text)) inKey.add(printer);
      else if (!KEY_GOES_ON.test(text)) inKey.delete(printer);
      else if (inKey.has(printer)) return { ...clean, text: '[redacted:key-material]' };
      return clean;
    },
  };
}
