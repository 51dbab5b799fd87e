/**
 * Tracks the boots of one dyno name through the log. Lines may be missing, late, or left over from before the log
 * begins.
 */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import type { Boot, BootEnd } from './boot.ts';
import type { DynoEvent } from './dyno-event.ts';
import { LAST_WORDS, TOGETHER_MS } from './thresholds.ts';

interface TrackedBoot {
  readonly dyno: string;
  readonly type: string;
  startedAt: Instant | null;
  command: string | null;
  upAt: Instant | null;
  end: { at: Instant; how: BootEnd['how']; exitStatus: number | null; killedBy: string | null } | null;
  /** An exit or a kill that was logged before its state change. */
  exit: { at: Instant; status: number } | null;
  kill: { at: Instant; code: string } | null;
  output: LogLine[];
}

/** Heroku asks a process to exit with SIGTERM, and kills it if it is still running 30 s later. */
const SIGTERM = 143;
const KILL_MS = 60_000;

/** With preboot, two boots of one name overlap: the old one keeps running until the new one has taken over. */
export class BootTracker {
  readonly #dyno: string;
  readonly #type: string;
  readonly #boots: TrackedBoot[] = [];
  /** The boots that have not ended: one, or two with preboot. */
  #open: TrackedBoot[] = [];

  constructor(dyno: string, type: string) {
    this.#dyno = dyno;
    this.#type = type;
  }

  /** Returns the boots in the order in which they began. */
  boots(): Boot[] {
    return this.#boots.map(({ exit, kill, output, ...boot }) => ({
      ...boot,
      end: boot.end ?? endByExit(exit, kill),
      output: output.slice(-LAST_WORDS),
    }));
  }

  /** Adds a line that the app wrote. */
  write(line: LogLine): void {
    const { output } = this.#newest(line.at);
    output.push(line);
    if (output.length > 2 * LAST_WORDS) output.splice(0, LAST_WORDS);
  }

  /** Adds an event that Heroku logged about the dyno. */
  apply(event: DynoEvent): void {
    const { at } = event;
    switch (event.kind) {
      case 'state':
        this.#changeState(at, event.from, event.to);
        break;
      case 'start':
        this.#start(at, event.command);
        break;
      case 'exit':
        this.#exit(at, event.status);
        break;
      case 'kill':
        this.#kill(at, event.code);
        break;
      case 'idle':
        this.#end(this.#running(true), at, 'idle');
        break;
    }
  }

  #changeState(at: Instant, from: string, to: string): void {
    switch (to) {
      case 'up':
        this.#comeUp(at);
        break;
      case 'starting':
        this.#end(this.#replaced(from, at), at, from === 'crashed' ? 'crashed' : 'stopped');
        this.#begin(at);
        break;
      case 'crashed':
        this.#end(this.#running(from !== 'starting') ?? this.#beginUnseen(at), at, 'crashed');
        break;
      case 'down':
        this.#end(this.#running(true) ?? this.#firstUnseen(at), at, 'stopped');
        break;
      case 'complete':
        this.#end(this.#running(true) ?? this.#firstUnseen(at), at, 'done');
        break;
    }
  }

  #begin(at: Instant | null): TrackedBoot {
    const boot = newBoot(this.#dyno, this.#type, at);
    this.#boots.push(boot);
    this.#open.push(boot);
    return boot;
  }

  #start(at: Instant, command: string): void {
    const newest = this.#boots.at(-1);
    const isBegun = newest && !newest.end && newest.upAt === null && newest.command === null && !newest.exit;
    const boot = isBegun ? newest : this.#begin(at);
    boot.command = command;
    boot.startedAt ??= at;
  }

  #comeUp(at: Instant): void {
    const newest = this.#boots.at(-1);
    const boot = newest && !newest.end && newest.upAt === null ? newest : this.#beginUnseen(at);
    boot.upAt = at;
    // An exit that was logged before this boot came up belongs to the boot that it replaces.
    boot.exit = null;
  }

  #exit(at: Instant, status: number): void {
    const ended = this.#boots
      .slice(-2)
      .findLast(({ end }) => end && end.exitStatus === null && at - end.at <= exitFollowsWithin(end));
    if (ended?.end) ended.end.exitStatus = status;
    else (this.#running(status === SIGTERM) ?? this.#beginUnseen(at)).exit = { at, status };
  }

  #kill(at: Instant, code: string): void {
    const newest = this.#newest(at);
    if (newest.end) newest.end.killedBy = code;
    else newest.kill = { at, code };
  }

  #end(boot: TrackedBoot | null, at: Instant, how: BootEnd['how']): void {
    if (!boot || boot.end) return;
    const { exit, kill } = boot;
    const exitStatus = exit && at - exit.at <= TOGETHER_MS ? exit.status : null;
    boot.end = { at, how, exitStatus, killedBy: kill && at - kill.at <= KILL_MS ? kill.code : null };
    this.#open = this.#open.filter((one) => one !== boot);
  }

  /** Returns the newest boot. A late line belongs to the boot that has just ended. */
  #newest(at: Instant | null): TrackedBoot {
    const newest = this.#boots.at(-1);
    if (newest && (!newest.end || at === null || at - newest.end.at <= TOGETHER_MS)) return newest;
    return this.#beginUnseen(at);
  }

  /**
   * Returns the boot that an end refers to. Of two boots under one name it is the one that came up first, unless it
   * never came up.
   */
  #running(wasUp: boolean): TrackedBoot | null {
    const up = wasUp ? this.#open.find(({ upAt }) => upAt !== null) : undefined;
    return up ?? this.#open.at(-1) ?? null;
  }

  /**
   * Begins a boot whose start was not logged, or whose lines were lost. Whatever ran under this name before has ended.
   */
  #beginUnseen(at: Instant | null): TrackedBoot {
    if (at !== null) for (const boot of this.#open) this.#end(boot, at, 'stopped');
    return this.#begin(null);
  }

  /** Returns the boot that a new start replaces. After `up` there was one, even if the log does not show it. */
  #replaced(from: string, at: Instant): TrackedBoot | null {
    return this.#running(from === 'up') ?? (from === 'up' ? this.#firstUnseen(at) : null);
  }

  /**
   * The log may begin with the end of a boot. Later on, an end without an open boot repeats one that is already known.
   */
  #firstUnseen(at: Instant): TrackedBoot | null {
    return this.#boots.length === 0 ? this.#beginUnseen(at) : null;
  }
}

/** Returns how long after the state change the line with the exit status may come, in milliseconds. */
function exitFollowsWithin({ how }: BootEnd): number {
  return how === 'stopped' ? KILL_MS : TOGETHER_MS;
}

function newBoot(dyno: string, type: string, startedAt: Instant | null): TrackedBoot {
  return { dyno, type, startedAt, command: null, upAt: null, end: null, exit: null, kill: null, output: [] };
}

/**
 * Handles a process that exited without a later state change. One-off dynos end this way, and so do others whose lines
 * were lost.
 */
function endByExit(exit: TrackedBoot['exit'], kill: TrackedBoot['kill']): BootEnd | null {
  if (!exit) return null;
  const how = exit.status === SIGTERM ? 'stopped' : 'crashed';
  return { at: exit.at, how, exitStatus: exit.status, killedBy: kill?.code ?? null };
}
