/** The bot as a process: it refuses to start half configured, answers, and stops on a signal. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { embeddedFolder } from './support/embedded-folder.ts';
import { runToEnd, start } from './support/run.ts';

const env = {
  HEROKU_API_KEY: 'HRKU-0123',
  GITHUB_TOKEN: 'github_pat_0123',
  SLACK_BOT_TOKEN: 'xoxb-0123',
  SLACK_SIGNING_SECRET: 'secret-0123',
  // Nothing listens there, so Slack is unreachable.
  SLACK_API_URL: 'http://127.0.0.1:9/api/',
};

describe('the bot', () => {
  it('exits with 78 when it is not configured, with one line per fault and never a value', async () => {
    const ended = await runToEnd(['src/main.ts'], { SLACK_BOT_TOKEN: 'nonsense-value', PORT: 'eighty' });
    expect(ended.code).toBe(78);
    const lines = ended.err.trim().split('\n').slice(1);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
      'HEROKU_API_KEY',
      'PORT',
      'GITHUB_TOKEN',
    ]);
    expect(ended.err).not.toMatch(/nonsense-value|eighty/);
  });

  it('answers while Slack is unreachable, says so, logs no secret, and exits with 0 on SIGTERM', {
    timeout: 60_000,
  }, async () => {
    const folder = await embeddedFolder();
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const bot = start(['src/main.ts'], {
      ...env,
      PORT: '0',
      RAXX_DATA_DIR: folder,
      METRICS_TOKEN: 'token-0123',
    });
    onTestFinished(() => void bot.kill('SIGKILL'));
    const lines: string[] = [];
    const said = createInterface({ input: bot.stdout ?? process.stdin });
    said.on('line', (line) => void lines.push(line));
    const port = await vi.waitFor(() => {
      const listening = lines.find((line) => line.includes('"listening"'));
      if (!listening) throw new Error('not yet');
      return JSON.parse(listening).port;
    }, 45_000);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('Slack');
    const scraped = `http://127.0.0.1:${port}/metrics`;
    expect((await fetch(scraped)).status).toBe(401);
    const numbers = await fetch(scraped, { headers: { authorization: 'Bearer token-0123' } });
    expect(await numbers.text()).toContain('raxx_database_up 1');
    bot.kill('SIGTERM');
    bot.kill('SIGTERM');
    const [code] = await once(bot, 'exit');
    expect(code).toBe(0);
    expect(lines.join('\n')).toContain('no other approver');
    expect(lines.join('\n')).not.toMatch(/token-0123|HRKU-0123|github_pat_0123|xoxb-0123|secret-0123/);
  });
});
