/**
 * Sends one HTTP request to Heroku through heroku-client, without its traps: the request is never retried, it ends
 * when its signal does, a truncated or endless body is an error, characters survive chunk boundaries, and connections
 * are kept alive and shared.
 */
import { Agent, type ClientRequest, type Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Request, { type RequestOptions } from 'heroku-client/lib/request.js';

export interface HerokuCall extends RequestOptions {
  readonly signal: AbortSignal;
  /** Called with each response's headers, whatever its status. */
  readonly onHeaders: (headers: IncomingMessage['headers']) => void;
}

/** Idle connections are closed before Heroku closes them, so that no request uses a dead one. */
const IDLE_MS = 20_000;
/**
 * The largest response that a diagnosis reads is a few hundred kilobytes.
 * Parsing a longer one would block everything else.
 */
const LONGEST_BODY = 2_000_000;

export type Connections = HttpAgent;

/** Opens the pool that all requests to one host share. */
export function openConnections(baseUrl: string): Connections {
  const options = { keepAlive: true, timeout: IDLE_MS };
  return new URL(baseUrl).protocol === 'https:' ? new HttpsAgent(options) : new Agent(options);
}

/** The error that heroku-client throws for a response that is not 2xx. */
export interface HttpFailure extends Error {
  readonly statusCode: number;
  readonly body: unknown;
}

class HardenedRequest extends Request {
  declare private call: HerokuCall;

  /**
   * Bypasses the constructor, which opens an agent for each request, reads certificate files synchronously when
   * SSL_CERT_FILE is set, and silently tunnels through HEROKU_HTTP_PROXY_HOST.
   */
  static prepare(baseUrl: string, connections: Connections, call: HerokuCall): HardenedRequest {
    const { hostname, port, protocol } = new URL(baseUrl);
    const secure = protocol === 'https:';
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const request: HardenedRequest = Object.create(HardenedRequest.prototype);
    return Object.assign(request, {
      options: call,
      call,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (secure ? 443 : 80),
      secure,
      // Without this, it would follow Next-Range to the end of the list.
      partial: true,
      parseJSON: true,
      userAgent: 'raxx-chatops',
      nextRange: 'id ..; max=1000',
      middleware: (_response: IncomingMessage, next: () => void) => next(),
      certs: [],
      agent: connections,
      promise,
      resolve,
      reject,
    });
  }

  /** heroku-client would resend the request, even a write. The caller decides about that. */
  override handleError(error: Error): void {
    this.reject(error);
  }

  /** heroku-client's timeout counts only idle time and lets the request continue. The caller's signal replaces it. */
  override setRequestTimeout(request: ClientRequest): void {
    const { signal } = this.call;
    const abort = () => {
      this.reject(signal.reason);
      request.destroy();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    request.once('close', () => signal.removeEventListener('abort', abort));
  }

  override handleResponse(response: IncomingMessage): void {
    this.call.onHeaders(response.headers);
    response.setEncoding('utf8');
    response.once('error', (error) => this.reject(error));
    let length = 0;
    response.on('data', (text: string) => {
      length += text.length;
      if (length > LONGEST_BODY)
        response.destroy(new Error(`the response is longer than ${LONGEST_BODY} characters`));
    });
    if (response.statusCode === 304) {
      // heroku-client would throw inside its callback, which ends the process.
      response.resume();
      this.reject(Object.assign(new Error('unexpected response 304'), { statusCode: 304, body: undefined }));
      return;
    }
    super.handleResponse(response);
  }
}

/**
 * Sends one request and resolves with the parsed body.
 * Rejects with an `HttpFailure`, a network error, or the signal's reason.
 */
export function sendOnce(baseUrl: string, connections: Connections, call: HerokuCall): Promise<unknown> {
  return HardenedRequest.prepare(baseUrl, connections, call).request();
}
