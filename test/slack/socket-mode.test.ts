/** Socket Mode: the same commands over a socket that the bot opens. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack } from '../../sandbox/slack/slack.ts';
import type { DiagnosisService } from '../../src/operations/diagnosis/diagnosis-service.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { createSlackApp } from '../../src/slack/app.ts';
import { bootTimeout } from '../support/diagnosis.ts';
import { testFacts } from '../support/facts.ts';
import { noActs } from '../support/no-acts.ts';

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Answers `apps.connections.open` with the socket's address, and forwards every other method to the local Slack. */
async function startDoor(apiUrl: string) {
  const door = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.endsWith('/apps.connections.open')) {
        const { port } = door.address() as AddressInfo;
        response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/link` }));
        return;
      }
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const passed = await fetch(apiUrl + request.url?.replace('/api/', ''), {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body: Buffer.concat(chunks),
      });
      response.end(await passed.text());
    });
  });
  const sockets = new WebSocketServer({ server: door });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const client of sockets.clients) client.terminate();
    door.closeAllConnections();
    return new Promise((resolve) => door.close(resolve));
  });
  return { sockets, apiUrl: `http://127.0.0.1:${(door.address() as AddressInfo).port}/api/` };
}

describe('Socket Mode', () => {
  it('takes a command, acknowledges it, and posts the card', async () => {
    const slack = createSlack();
    const token = 'xoxb-1-test-token';
    const server = await startSlack(slack, {
      token,
      scopes: ['chat:write', 'users:read', 'users:read.email', 'usergroups:read'],
    });
    ends.push(() => server.close());
    const door = await startDoor(server.apiUrl);

    const acked = Promise.withResolvers<unknown>();
    door.sockets.on('connection', (socket) => {
      socket.on('message', (data) => acked.resolve(JSON.parse(String(data))));
      socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
      const payload = {
        command: '/raxx',
        text: 'diagnose prod',
        user_id: 'U0KRIS001',
        team_id: 'T0RAXX001',
        channel_id: 'C0MOOSE01',
        response_url: 'http://127.0.0.1:9/x',
        api_app_id: 'A0RAXXAPP',
      };
      socket.send(
        JSON.stringify({
          type: 'slash_commands',
          envelope_id: 'e1',
          accepts_response_payload: true,
          payload,
        }),
      );
    });

    const diagnosisService: Pick<DiagnosisService, 'diagnose' | 'refusal'> = {
      refusal: () => null,
      diagnose: async () => ({ ok: true, value: bootTimeout, explain: async () => bootTimeout }),
    };
    const posted = new Promise<void>((resolve) => {
      slack.onChange(() => slack.messages.all().length > 0 && resolve());
    });
    const app = createSlackApp({
      botToken: token,
      signingSecret: 'not used',
      appToken: 'xapp-1-test',
      apiUrl: door.apiUrl,
      port: 0,
      facts: testFacts,
      diagnosisService: diagnosisService as DiagnosisService,
      ...noActs,
      redact: createRedactor({ secrets: [] }),
      log: pino({ level: 'silent' }),
      now: Date.now,
      randomId: () => 'id',
      expire: AbortSignal.timeout,
      readiness: async () => ({ ok: true, reasons: [] }),
    });
    const { port } = await app.start();
    ends.push(() => app.stop());
    expect(await acked.promise).toMatchObject({ envelope_id: 'e1', payload: { text: 'Diagnosing prod…' } });
    await posted;
    expect(slack.messages.all()[0]?.text).toContain('raxx-api-prod has been down');
    // The port is bound anyway: the platform requires it.
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST' })).status).toBe(503);
  });
});
