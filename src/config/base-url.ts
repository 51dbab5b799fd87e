/** Base URLs of APIs: https, or http on loopback for a local world. */
import { z } from 'zod';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

/**
 * Accepts an https URL (http only on loopback) without credentials or query. The parsed value has no trailing slash.
 */
export const baseUrl = z
  .string({ error: 'should be an https URL' })
  .refine(isBaseUrl, { error: 'should be an https URL without credentials or query (http only on loopback)' })
  .transform((text) => text.replace(/\/+$/, ''));
