/** The local Slack's HTTP side: the Web API under `/api/`, and the response_urls that it issued. */
import { type Answer, type Exchange, type LocalServer, startServer } from '../server.ts';
import type { Fault } from '../world.ts';
import { type Arguments, type Method, Refusal } from './method.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods } from './methods/conversations.ts';
import { peopleMethods } from './methods/people.ts';
import { viewMethods } from './methods/views.ts';
import { showReply } from './respond.ts';
import type { Slack } from './slack.ts';

export interface SlackOptions {
  /** The valid bot token. */
  readonly token: string;
  /** The scopes granted to the bot: the manifest's `oauth_config.scopes.bot`. */
  readonly scopes: readonly string[] | (() => readonly string[]);
  readonly faults?: () => Fault[];
}

export interface SlackServer extends LocalServer {
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string;
}

const METHODS: Record<string, Method> = {
  ...peopleMethods,
  ...chatMethods,
  ...conversationMethods,
  ...viewMethods,
};

/** Serves `slack` on a free loopback port. Faults of service `slack` apply to every request. */
export async function startSlack(slack: Slack, options: SlackOptions): Promise<SlackServer> {
  const { scopes } = options;
  const granted = () => new Set(typeof scopes === 'function' ? scopes() : scopes);
  const callApi = (exchange: Exchange): Answer => answerMethod(slack, options.token, granted(), exchange);
  const server = await startServer({
    service: 'slack',
    faults: options.faults ?? (() => []),
    routes: [
      { method: 'POST', path: /\/api\/([\w.]+)/, handle: callApi },
      { method: 'GET', path: /\/api\/([\w.]+)/, handle: callApi },
      {
        method: 'POST',
        path: /\/(?:commands|actions)\/.+/,
        handle: (exchange) => answerReply(slack, exchange),
      },
    ],
    notFound: () => ({ status: 404, body: 'Not found' }),
  });
  return { ...server, apiUrl: `${server.url}/api/` };
}

function answerMethod(slack: Slack, token: string, scopes: ReadonlySet<string>, exchange: Exchange): Answer {
  const refuse = (error: string, more: Record<string, unknown> = {}): Answer => ({
    status: 200,
    body: { ok: false, error, ...more },
  });
  const name = exchange.params[0] ?? '';
  const method = METHODS[name];
  if (!method) return refuse('unknown_method', { req_method: name });
  const given = readArguments(exchange);
  if (!given) return refuse('invalid_json');
  const bearer = /^Bearer (.+)$/.exec(exchange.headers.authorization ?? '')?.[1] ?? given.token;
  // `blocks.validate` needs no token.
  if (name !== 'blocks.validate') {
    if (bearer === undefined) return refuse('not_authed');
    if (bearer !== token) return refuse('invalid_auth');
  }
  const needed = method.scopes;
  if (needed && !needed.some((scope) => scopes.has(scope))) {
    return refuse('missing_scope', { needed: needed.join(','), provided: [...scopes].join(',') });
  }
  try {
    return {
      status: 200,
      headers: { 'x-oauth-scopes': [...scopes].join(',') },
      body: { ok: true, ...method.run(given, slack, scopes) },
    };
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.message, error.more);
    throw error;
  }
}

function answerReply(slack: Slack, exchange: Exchange): Answer {
  const used = slack.responseUrls.use(exchange.url.pathname);
  if (!used.ok) return { status: 404, body: { ok: false, error: used.error } };
  const body = parseJson(exchange.rawBody);
  if (body === undefined) return { status: 400, body: { ok: false, error: 'invalid_payload' } };
  try {
    showReply(slack, used.origin, body);
    return { status: 200, body: 'ok' };
  } catch (error) {
    if (error instanceof Refusal)
      return { status: 400, body: { ok: false, error: error.message, ...error.more } };
    throw error;
  }
}

/** Reads arguments from a form, JSON, or the query. Returns undefined if the JSON is malformed. */
function readArguments(exchange: Exchange): Arguments | undefined {
  const inQuery = Object.fromEntries(exchange.url.searchParams);
  if (!exchange.headers['content-type']?.startsWith('application/json')) {
    return { ...inQuery, ...Object.fromEntries(new URLSearchParams(exchange.rawBody)) };
  }
  const body = parseJson(exchange.rawBody);
  if (typeof body !== 'object' || body === null) return undefined;
  const given: Record<string, string> = { ...inQuery };
  for (const [name, value] of Object.entries(body)) {
    given[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return given;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
