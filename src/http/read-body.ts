/** Reads a request's body within a size limit, and within a limit for all requests together. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from './respond.ts';

/**
 * Payloads of Slack, Heroku, and GitHub take about ten kilobytes.
 * Until its signature is checked, the sender is not trusted.
 */
const LONGEST_BODY = 256 * 1024;
/** The limit for all requests that are being read at the same time. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Total bytes of the bodies that are being read. */
export interface BytesInFlight {
  bytes: number;
}

/** Returns null if it has refused the request: the body is too long, or too much is already being read. */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  inFlight: BytesInFlight,
): Promise<Buffer | null> {
  const announced = Number(request.headers['content-length'] ?? 0);
  const read = announced > LONGEST_BODY ? 413 : await readChunks(request, inFlight);
  if (typeof read !== 'number') return read;
  refuse(response, read);
  return null;
}

/** Returns the status with which to refuse a body that is too long. */
async function readChunks(request: IncomingMessage, inFlight: BytesInFlight): Promise<Buffer | 413 | 503> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      inFlight.bytes += chunk.length;
      if (length > LONGEST_BODY) return 413;
      if (inFlight.bytes > MOST_BYTES) return 503;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    inFlight.bytes -= length;
  }
}
