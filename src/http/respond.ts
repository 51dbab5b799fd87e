/** Writes responses of the HTTP server. */
import type { ServerResponse } from 'node:http';

const PLAIN = 'text/plain; charset=utf-8';

export function respond(response: ServerResponse, status: number, text = '', contentType = PLAIN): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': contentType }).end(text);
}

/** Responds without reading the rest of the request, so the connection cannot be reused. */
export function refuse(response: ServerResponse, status: number): void {
  response.setHeader('connection', 'close');
  respond(response, status);
}
