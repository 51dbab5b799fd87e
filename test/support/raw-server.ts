/** A bare HTTP server on loopback that counts requests and connections, and misbehaves as a test needs. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RawServer {
  readonly url: string;
  readonly requests: string[];
  readonly connections: () => number;
  close(): Promise<void>;
}

/** `answer` is called once the request's body has been read, with the request's number, from 1. */
export async function startRawServer(
  answer: (request: IncomingMessage, response: ServerResponse, number: number) => void,
): Promise<RawServer> {
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      answer(request, response, requests.length);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
