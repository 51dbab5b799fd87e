/** A dyno's boots, read from the lines that Heroku writes about them. */
import { describe, expect, it } from 'vitest';
import type { Boot } from '../../../src/runbook/logs/boot.ts';
import { readBoots } from '../../../src/runbook/logs/boots.ts';
import { logWindow, NOW } from '../../support/evidence.ts';

/** `up 100..50 crashed 1 (R10)`: how long ago it came up and ended, and how. */
function lives(...lines: readonly string[]): string[] {
  return readBoots(logWindow(...lines).lines).map(said);
}

function said({ dyno, startedAt, upAt, end, output }: Boot): string {
  const ago = (at: number | null) => (at === null ? '?' : String(Math.round((NOW - at) / 1000)));
  const status = end?.exitStatus == null ? '' : ` ${end.exitStatus}`;
  const killed = end?.killedBy ? ` (${end.killedBy})` : '';
  const ended = end ? `${end.how} ${ago(end.at)}${status}${killed}` : 'runs';
  const wrote = output.length === 0 ? '' : ` "${output.map(({ text }) => text).join('|')}"`;
  return `${dyno} started ${ago(startedAt)} up ${ago(upAt)} ${ended}${wrote}`;
}

const state = (ago: number, from: string, to: string) =>
  `-${ago} heroku[web.1]: State changed from ${from} to ${to}`;
const exit = (ago: number, status: number) => `-${ago} heroku[web.1]: Process exited with status ${status}`;
const start = (ago: number) =>
  `-${ago} heroku[web.1]: Starting process with command \`gunicorn raptor.wsgi\``;
const wrote = (ago: number, text: string) => `-${ago} app[web.1]: ${text}`;

describe('the boots of a dyno', () => {
  it('begin with their start, come up, and end with a crash and its exit status', () => {
    expect(
      lives(
        state(90, 'crashed', 'starting'),
        start(88),
        wrote(80, 'hello'),
        state(70, 'starting', 'up'),
        exit(30, 1),
        state(29, 'up', 'crashed'),
      ),
    ).toEqual(['web.1 started 90 up 70 crashed 29 1 "hello"']);
  });

  it('are told apart by their output when the log has no start of them', () => {
    expect(
      lives(
        wrote(503, 'one'),
        exit(500, 1),
        state(500, 'starting', 'crashed'),
        wrote(303, 'two'),
        exit(300, 1),
        state(300, 'starting', 'crashed'),
      ),
    ).toEqual(['web.1 started ? up ? crashed 500 1 "one"', 'web.1 started ? up ? crashed 300 1 "two"']);
  });

  it('end with a restart, whose exit is logged after the next one is up', () => {
    expect(
      lives(
        state(900, 'starting', 'up'),
        state(45, 'up', 'starting'),
        start(43),
        '-43 heroku[web.1]: Stopping all processes with SIGTERM',
        state(42, 'starting', 'up'),
        exit(41, 143),
      ),
    ).toEqual(['web.1 started ? up 900 stopped 45 143', 'web.1 started 45 up 42 runs']);
  });

  it('overlap with preboot: the older one is stopped, the newer one keeps running', () => {
    expect(
      lives(
        state(9000, 'starting', 'up'),
        start(300),
        state(290, 'starting', 'up'),
        state(110, 'up', 'down'),
        exit(105, 143),
      ),
    ).toEqual(['web.1 started ? up 9000 stopped 110 143', 'web.1 started 300 up 290 runs']);
  });

  it('overlap with preboot: a new one that crashes at boot leaves the older one running', () => {
    expect(
      lives(state(9000, 'starting', 'up'), start(300), exit(291, 1), state(290, 'starting', 'crashed')),
    ).toEqual(['web.1 started ? up 9000 runs', 'web.1 started 300 up ? crashed 290 1']);
  });

  it('are killed by Heroku with a code', () => {
    expect(
      lives(
        start(120),
        '-60 heroku[web.1]: Error R10 (Boot timeout) -> x',
        '-60 heroku[web.1]: Stopping process with SIGKILL',
        exit(59, 137),
        state(59, 'starting', 'crashed'),
      ),
    ).toEqual(['web.1 started 120 up ? crashed 59 137 (R10)']);
  });

  it('keep an exit and a last line that came after the state change', () => {
    expect(lives(start(90), state(60, 'starting', 'crashed'), exit(59, 3), wrote(58, 'late'))).toEqual([
      'web.1 started 90 up ? crashed 60 3 "late"',
    ]);
  });

  it.each([
    ['first the crash', [0, 1, 2]],
    ['first the exit', [1, 2, 0]],
    ['first the new start', [2, 0, 1]],
  ])('do not depend on the order of the lines of one second: %s', (_name, order) => {
    const second = [state(60.5, 'up', 'crashed'), exit(60.5, 1), state(60.5, 'crashed', 'starting')];
    const mixed = order.map((index) => second[index] ?? '');
    expect(lives(state(900, 'starting', 'up'), ...mixed, state(40, 'starting', 'up'))).toEqual([
      'web.1 started ? up 900 crashed 61 1',
      'web.1 started 61 up 40 runs',
    ]);
  });

  it('do not end with the exit of an earlier one whose end the log does not show', () => {
    expect(lives(start(43), exit(41, 143), state(40, 'starting', 'up'))).toEqual([
      'web.1 started 43 up 40 runs',
    ]);
  });

  it('may take half a minute to end after a restart', () => {
    expect(
      lives(state(900, 'starting', 'up'), state(60, 'up', 'starting'), start(58), exit(35, 137)),
    ).toEqual(['web.1 started ? up 900 stopped 60 137', 'web.1 started 60 up ? runs']);
  });

  it('end when an Eco dyno falls asleep, which is not a crash', () => {
    expect(
      lives(
        state(900, 'starting', 'up'),
        '-60 heroku[web.1]: Idling',
        state(59, 'up', 'down'),
        exit(55, 143),
      ),
    ).toEqual(['web.1 started ? up 900 idle 60 143']);
  });

  it('are done when a one-off ends', () => {
    expect(
      lives(
        '-90 heroku[release.7]: State changed from starting to up',
        '-80 app[release.7]: x',
        '-75 heroku[release.7]: Process exited with status 1',
        '-75 heroku[release.7]: State changed from up to complete',
      ),
    ).toEqual(['release.7 started ? up 90 done 75 1 "x"']);
  });

  it('end with their exit when the state change was lost', () => {
    expect(lives(start(90), exit(60, 1))).toEqual(['web.1 started 90 up ? crashed 60 1']);
    expect(lives(state(900, 'starting', 'up'), state(60, 'starting', 'up'))).toEqual([
      'web.1 started ? up 900 stopped 60',
      'web.1 started ? up 60 runs',
    ]);
  });

  it('belong to dynos only, not to the router or the API', () => {
    expect(
      lives('-9 heroku[router]: at=info method=GET', '-9 app[api]: Scaled to web@1:Basic by user x'),
    ).toEqual([]);
  });
});
