/** Everything at once: each scenario, typed into the page, through the real bot as a process, back onto the page. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadScenarios } from '../../sandbox/scenario.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { LONG } from '../support/long.ts';

interface Shown {
  readonly ts: string;
  readonly text: string;
  readonly author: string;
  readonly onlyFor?: string;
  readonly blocks: readonly { readonly type: string }[];
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, scenario: 'healthy' });
});
afterAll(() => sandbox.close());

async function call(path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${sandbox.page.url}/api/${path}`, {
    method: body ? 'POST' : 'GET',
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function cards(): Promise<readonly Shown[]> {
  const all = (await call('messages')) as readonly Shown[];
  return all.filter(({ author, onlyFor }) => author === 'U0RAXXBOT' && onlyFor === undefined);
}

/** One of each verdict and failure mode; the others are judged the same way in test/scenarios. */
const SHORT = ['healthy', 'boot-timeout', 'stopped', 'everything-failing', 'secrets-in-the-log'];
const WHOLE = [
  ...SHORT,
  'never-deployed',
  'memory',
  'import-error',
  'request-timeouts',
  'legacy-action',
  'freeze-stuck',
  'gate-missing',
  'unreachable-green',
];
const shown = loadScenarios().filter(({ id }) => (LONG === null ? WHOLE : SHORT).includes(id));

describe.each(shown.map((scenario) => [scenario.id, scenario] as const))(
  'on the page, %s',
  (id, scenario) => {
    it('shows its verdict and failure mode', { timeout: 60_000 }, async () => {
      await call('scenario', { id });
      await sandbox.ready();
      const before = (await cards()).length;
      const { ack } = (await call('command', {
        text: `/raxx diagnose ${scenario.target}`,
        user: 'ops@raxx.app',
      })) as { ack: { ms: number; failure: unknown } };
      expect(ack.failure).toBeNull();
      expect(ack.ms).toBeLessThan(3_000);
      const card = await vi.waitFor(
        async () => {
          const found = (await cards())[before];
          // A slow diagnosis first says what it is waiting for, in the message that its card then replaces.
          if (!found || found.text.startsWith('Diagnosing ')) throw new Error('no card yet');
          return found;
        },
        { timeout: 40_000, interval: 25 },
      );
      const { verdict, modes } = scenario.expect;
      expect(card.text).toMatch(
        verdict === 'unknown' ? /^Can't tell whether/ : new RegExp(` (?:is|has been) ${verdict}\\b`),
      );
      const said = JSON.stringify(card);
      for (const mode of modes) {
        const [, letter, code, confidence = ''] = /^(\w)(?:\/(\w+))? (\w+)$/.exec(mode) ?? [];
        const words = `${confidence.charAt(0).toUpperCase()}${confidence.slice(1)} failure mode ${letter}${code ? ` (${code})` : ''}`;
        expect(said).toContain(words);
      }
      if (modes.length === 0) expect(said).not.toMatch(/(Likely|Possible) failure mode/);
      expect(said).not.toMatch(/s3cr3t-passw0rd|hunter2|reset-token-4711|203\.0\.113\.\d/);
    });
  },
);
