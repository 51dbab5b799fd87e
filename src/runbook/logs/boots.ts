/** A dyno's lives, read from the log: when each began, came up and ended, how it ended, and what the app wrote in it. */
import type { Instant, LogLine } from '../model/evidence.ts';
import { processTypeOf } from './process-name.ts';
import { LAST_WORDS, TOGETHER_MS } from './thresholds.ts';

export interface Boot {
  /** `web.1` */
  readonly dyno: string;
  /** `web` */
  readonly type: string;
  /** null: the log does not reach back to it. */
  readonly startedAt: Instant | null;
  /** What the dyno was told to run; null: the log does not say. */
  readonly command: string | null;
  /** null: it was not seen to come up. */
  readonly upAt: Instant | null;
  /** null: it was not seen to end. */
  readonly end: BootEnd | null;
  /** What the app wrote in this life, oldest first; of a long life the last lines. */
  readonly words: readonly LogLine[];
}

export interface BootEnd {
  readonly at: Instant;
  /** `crashed`: by itself, or killed by Heroku; `stopped`: on purpose (restart, scaling, cycling); `idle`: Eco; `done`: a one-off ended. */
  readonly how: 'crashed' | 'stopped' | 'idle' | 'done';
  /** Exit status of the process; null: the log does not say. */
  readonly exitStatus: number | null;
  /** The code with which Heroku killed it (`R10`, `R15`); null: it did not. */
  readonly killedBy: string | null;
}

interface OpenBoot {
  readonly dyno: string;
  readonly type: string;
  startedAt: Instant | null;
  command: string | null;
  upAt: Instant | null;
  end: { at: Instant; how: BootEnd['how']; exitStatus: number | null; killedBy: string | null } | null;
  /** An exit or a kill that was logged before the state change that it belongs to. */
  exit: { at: Instant; status: number } | null;
  kill: { at: Instant; code: string } | null;
  words: LogLine[];
}

/** The lives of every dyno that the log speaks of, each dyno's in the order in which they began. `lines`: oldest first. */
export function readBoots(lines: readonly LogLine[]): Boot[] {
  const ofDyno = new Map<string, { type: string; lines: LogLine[] } | null>();
  for (const line of lines) {
    let own = ofDyno.get(line.process);
    if (own === undefined) {
      const type = processTypeOf(line.process);
      own = type === null ? null : { type, lines: [] };
      ofDyno.set(line.process, own);
    }
    own?.lines.push(line);
  }
  return [...ofDyno].flatMap(([dyno, own]) => (own === null ? [] : bootsOf(dyno, own.type, own.lines)));
}

function bootsOf(dyno: string, type: string, lines: readonly LogLine[]): Boot[] {
  const lives = new Lives(dyno, type);
  let state: string | null = null;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line?.source !== 'heroku') {
      if (line) lives.write(line);
      continue;
    }
    const second = secondFrom(lines, index);
    index += second.length - 1;
    for (const word of second) if (word.source !== 'heroku') lives.write(word);
    const events = second.filter(({ source }) => source === 'heroku');
    for (const event of inTurn(events, state)) {
      lives.hear(event);
      state = STATE.exec(event.text)?.[2] ?? state;
    }
  }
  return lives.all();
}

/** The lines of one second: their order among themselves is not to be relied on. */
function secondFrom(lines: readonly LogLine[], from: number): readonly LogLine[] {
  const at = lines[from]?.at ?? null;
  if (at === null) return lines.slice(from, from + 1);
  const second = Math.floor(at / 1000);
  let to = from + 1;
  while (to < lines.length && isIn(second, lines[to])) to += 1;
  return lines.slice(from, to);
}

function isIn(second: number, line: LogLine | undefined): boolean {
  return line?.at != null && Math.floor(line.at / 1000) === second;
}

const STATE = /^State changed from (\S+) to (\S+)$/;
const EXITED = /^Process exited with status (\d+)/;
/** Boot timeout, and memory far over the quota. */
const KILLED = /^Error (R1[05]) /;
const STARTING = /^Starting process with command `?([\s\S]*?)`?(?: by user \S+)?$/;

/** Heroku's lines of one second: first the kill and the exit, then the state changes, each where the one before it led. */
function inTurn(events: readonly LogLine[], state: string | null): readonly LogLine[] {
  if (events.length < 2) return events;
  const isChange = ({ text }: LogLine) => text.startsWith('State changed');
  const isStart = ({ text }: LogLine) => text.startsWith('Starting process');
  const changes = events.filter(isChange);
  const sorted: LogLine[] = events.filter((line) => !isChange(line) && !isStart(line));
  let from = state;
  while (changes.length > 0) {
    const found = changes.findIndex(({ text }) => STATE.exec(text)?.[1] === from);
    const [next] = changes.splice(Math.max(0, found), 1);
    if (!next) break;
    sorted.push(next);
    from = STATE.exec(next.text)?.[2] ?? from;
  }
  // A process is started after its dyno was said to be starting.
  return [...sorted, ...events.filter(isStart)];
}

/** The lives of one dyno name. With preboot two overlap: the one before runs on until the new one has taken over. */
class Lives {
  readonly #dyno: string;
  readonly #type: string;
  readonly #lives: OpenBoot[] = [];
  /** Those of them that were not seen to end: one, or two with preboot. */
  #open: OpenBoot[] = [];

  constructor(dyno: string, type: string) {
    this.#dyno = dyno;
    this.#type = type;
  }

  all(): Boot[] {
    return this.#lives.map(({ exit, kill, words, ...boot }) => ({
      ...boot,
      end: boot.end ?? endByExit(exit, kill),
      words: words.slice(-LAST_WORDS),
    }));
  }

  write(line: LogLine): void {
    const { words } = this.#newest(line.at);
    words.push(line);
    if (words.length > 2 * LAST_WORDS) words.splice(0, LAST_WORDS);
  }

  hear({ at, text }: LogLine): void {
    if (at === null) return;
    const [, from, to] = STATE.exec(text) ?? [];
    const command = STARTING.exec(text)?.[1];
    const exit = EXITED.exec(text)?.[1];
    const kill = KILLED.exec(text)?.[1];
    if (from !== undefined && to !== undefined) this.#change(at, from, to);
    else if (command !== undefined) this.#start(at, command);
    else if (exit !== undefined) this.#exit(at, Number(exit));
    else if (kill !== undefined) this.#kill(at, kill);
    else if (text === 'Idling') this.#end(this.#running(true), at, 'idle');
  }

  #change(at: Instant, from: string, to: string): void {
    switch (to) {
      case 'up':
        this.#rise(at);
        break;
      case 'starting':
        this.#end(this.#replaced(from, at), at, from === 'crashed' ? 'crashed' : 'stopped');
        this.#begin(at);
        break;
      case 'crashed':
        this.#end(this.#running(from !== 'starting') ?? this.#unseenBegin(at), at, 'crashed');
        break;
      case 'down':
        this.#end(this.#running(true) ?? this.#firstUnseen(at), at, 'stopped');
        break;
      case 'complete':
        this.#end(this.#running(true) ?? this.#firstUnseen(at), at, 'done');
        break;
    }
  }

  #begin(at: Instant | null): OpenBoot {
    const boot = emptyBoot(this.#dyno, this.#type, at);
    this.#lives.push(boot);
    this.#open.push(boot);
    return boot;
  }

  #start(at: Instant, command: string): void {
    const newest = this.#lives.at(-1);
    const isBegun = newest && !newest.end && newest.upAt === null && newest.command === null && !newest.exit;
    const boot = isBegun ? newest : this.#begin(at);
    boot.command = command;
    boot.startedAt ??= at;
  }

  #rise(at: Instant): void {
    const newest = this.#lives.at(-1);
    const boot = newest && !newest.end && newest.upAt === null ? newest : this.#unseenBegin(at);
    boot.upAt = at;
    // What was heard before belongs to the life that this one replaces.
    boot.exit = null;
  }

  #exit(at: Instant, status: number): void {
    const ended = this.#lives
      .slice(-2)
      .findLast(({ end }) => end && end.exitStatus === null && at - end.at <= within(end));
    if (ended?.end) ended.end.exitStatus = status;
    else (this.#running(status === SIGTERM) ?? this.#unseenBegin(at)).exit = { at, status };
  }

  #kill(at: Instant, code: string): void {
    const newest = this.#newest(at);
    if (newest.end) newest.end.killedBy = code;
    else newest.kill = { at, code };
  }

  #end(boot: OpenBoot | null, at: Instant, how: BootEnd['how']): void {
    if (!boot || boot.end) return;
    const { exit, kill } = boot;
    const exitStatus = exit && at - exit.at <= TOGETHER_MS ? exit.status : null;
    boot.end = { at, how, exitStatus, killedBy: kill && at - kill.at <= KILL_MS ? kill.code : null };
    this.#open = this.#open.filter((one) => one !== boot);
  }

  /** The newest life. What comes late belongs to the one that has just ended. */
  #newest(at: Instant | null): OpenBoot {
    const newest = this.#lives.at(-1);
    if (newest && (!newest.end || at === null || at - newest.end.at <= TOGETHER_MS)) return newest;
    return this.#unseenBegin(at);
  }

  /** The life that an end speaks of: of two under one name the one that was up first, unless it never came up. */
  #running(wasUp: boolean): OpenBoot | null {
    const up = wasUp ? this.#open.find(({ upAt }) => upAt !== null) : undefined;
    return up ?? this.#open.at(-1) ?? null;
  }

  /** A life whose beginning was not logged, or whose lines were lost: whatever ran under this name before is over. */
  #unseenBegin(at: Instant | null): OpenBoot {
    if (at !== null) for (const boot of this.#open) this.#end(boot, at, 'stopped');
    return this.#begin(null);
  }

  /** What a start follows: a life that was up ran before, though the log may not show it. */
  #replaced(from: string, at: Instant): OpenBoot | null {
    return this.#running(from === 'up') ?? (from === 'up' ? this.#firstUnseen(at) : null);
  }

  /** The log begins with an end. An end of a life that has ended already is no news. */
  #firstUnseen(at: Instant): OpenBoot | null {
    return this.#lives.length === 0 ? this.#unseenBegin(at) : null;
  }
}

/** Heroku asks a process to end with SIGTERM, and waits 30 s before it kills it. */
const SIGTERM = 143;
const KILL_MS = 60_000;

function within({ how }: BootEnd): number {
  return how === 'stopped' ? KILL_MS : TOGETHER_MS;
}

function emptyBoot(dyno: string, type: string, startedAt: Instant | null): OpenBoot {
  return { dyno, type, startedAt, command: null, upAt: null, end: null, exit: null, kill: null, words: [] };
}

/** A process that exited without a state change after it: one-offs end so, and others where lines were lost. */
function endByExit(exit: OpenBoot['exit'], kill: OpenBoot['kill']): BootEnd | null {
  if (!exit) return null;
  const how = exit.status === SIGTERM ? 'stopped' : 'crashed';
  return { at: exit.at, how, exitStatus: exit.status, killedBy: kill?.code ?? null };
}
