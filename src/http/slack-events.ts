/** `POST /slack/events`: rejects requests that Bolt cannot handle, and passes the others to Bolt. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Instant } from '../runbook/model/instant.ts';
import type { Once } from './once.ts';
import { type BytesInFlight, readBody } from './read-body.ts';
import { refuse, respond } from './respond.ts';

/** Clocks differ. Beyond this difference, a timestamp is forged or replayed (Slack, "Verifying requests"). */
const CLOCK_SKEW_MS = 300_000;
const FORM = 'application/x-www-form-urlencoded';

export interface SlackEventsDeps {
  /** Returns Bolt's listener. Null in Socket Mode, and until Slack has been reached. */
  slackListener(): RequestListener | null;
  now(): Instant;
  readonly once: Once;
  readonly inFlight: BytesInFlight;
}

export async function receiveSlackEvent(
  request: IncomingMessage,
  response: ServerResponse,
  { slackListener, now, once, inFlight }: SlackEventsDeps,
): Promise<void> {
  const listener = slackListener();
  if (!listener) return respond(response, 503, 'not connected to Slack');
  // Without a signature, none of the body is read.
  if (!request.headers['x-slack-signature']) return refuse(response, 401);
  const rawBody = await readBody(request, response, inFlight);
  if (rawBody === null) return;
  const sentAt = Number(request.headers['x-slack-request-timestamp']) * 1000;
  // Bolt only refuses timestamps that are too old, so refuse future ones here.
  if (sentAt > now() + CLOCK_SKEW_MS) return respond(response, 401);
  // Bolt compares the whole header, so drop its parameters.
  if (request.headers['content-type']?.startsWith(FORM)) request.headers['content-type'] = FORM;
  // A signed JSON `null` would end the process,
  // and anything that Slack does not send would wait three seconds for a 404.
  if (!isSlackRequest(rawBody.toString('utf8'), request.headers['content-type']))
    return respond(response, 400);
  const signature = `signature ${request.headers['x-slack-signature']}`;
  // Slack sends each request once. The same request with the same signature is a replay,
  // so respond with 200 and do nothing.
  if (!once.isFirst(signature)) return respond(response, 200);
  response.once('finish', () => {
    if (response.statusCode !== 200) once.forget(signature);
  });
  // Bolt accepts a body that was already read as `rawBody`, and verifies its signature.
  listener(Object.assign(request, { rawBody }), response);
}

/** Accepts a JSON object, or a form with a command, an object as its `payload`, or Slack's check of the connection. */
function isSlackRequest(text: string, contentType: string | undefined): boolean {
  if (contentType !== FORM) return isObject(text);
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  return payload === null ? form.has('command') || form.get('ssl_check') === '1' : isObject(payload);
}

function isObject(json: string): boolean {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
