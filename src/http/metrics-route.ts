/** `GET /metrics`, for callers with the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { GetRoute } from './server.ts';

/** `text` produces the metrics. Never rejects. */
export function metricsRoute(
  token: string,
  { contentType, text }: { readonly contentType: string; text(): Promise<string> },
): GetRoute {
  const wanted = digest(`Bearer ${token}`);
  return async ({ authorization = '' }) => {
    // Digests have the same length and take the same time to compare, wherever they differ.
    if (!timingSafeEqual(digest(authorization.replace(/^bearer /i, 'Bearer ')), wanted))
      return { status: 401, words: 'the bearer token is METRICS_TOKEN' };
    return { status: 200, words: await text(), contentType };
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
