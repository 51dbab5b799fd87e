/** The page's server: its files, its JSON API, and a stream of change events. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerApi, type PageDeps } from './api.ts';
import { readAsset } from './assets.ts';

export interface Page {
  readonly url: string;
  /** Makes every open page refresh. */
  changed(): void;
  close(): Promise<void>;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
const LONGEST_BODY = 1_000_000;
const PORTS_TRIED = 50;

/** Listens on loopback at `port`, or at the next free port above it. 0 means any port. */
export async function startPage(deps: PageDeps, port: number): Promise<Page> {
  const streams = new Set<ServerResponse>();
  const changed = () => {
    for (const stream of streams) stream.write('event: change\ndata: \n\n');
  };
  const server = createServer((request, response) => {
    answer(deps, { streams, changed }, request, response).catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      sendJson(response, 500, { error: words });
    });
  });
  const taken = await listen(server, port);
  const forget = deps.slack.onChange(changed);
  return {
    url: `http://127.0.0.1:${taken}`,
    changed,
    close() {
      forget();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function answer(
  deps: PageDeps,
  { streams, changed }: { readonly streams: Set<ServerResponse>; changed(): void },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Only the page on this machine may call this:
  // no other name that resolves to loopback, and no form on another site.
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (!['localhost', '127.0.0.1'].includes(host)) return sendJson(response, 403, { error: 'loopback only' });
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');

  if (pathname === '/api/events') {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('event: change\ndata: \n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
    return;
  }
  if (pathname.startsWith('/api/')) {
    const post = request.method === 'POST';
    if (post && request.headers['content-type'] !== 'application/json') {
      return sendJson(response, 415, { error: 'application/json only' });
    }
    const body = post ? await readJson(request) : undefined;
    const found = await answerApi(deps, `${request.method} ${pathname.slice('/api/'.length)}`, body);
    // Changes on the GitHub side of the page cause no Slack message.
    if (post) changed();
    return sendJson(response, found.status, found.body);
  }
  const asset = request.method === 'GET' ? readAsset(pathname) : undefined;
  if (!asset) return sendJson(response, 404, { error: 'not found' });
  response.writeHead(200, { ...HEADERS, ...asset.headers }).end(asset.body);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Returns undefined if the body is not JSON, or is longer than any of ours. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST_BODY) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Resolves with the port that it listens on. */
async function listen(server: Server, wanted: number): Promise<number> {
  for (let port = wanted; ; port += 1) {
    const found = await tryPort(server, port);
    if (found !== undefined) return found;
    if (port - wanted >= PORTS_TRIED) throw new Error(`no free port from ${wanted} to ${port}`);
  }
}

function tryPort(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error);
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' ? address?.port : undefined);
    });
  });
}
