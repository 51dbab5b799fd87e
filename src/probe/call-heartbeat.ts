/** Calls the dead man's switch: one GET. */
import { faultWords } from '../upstream/network-fault.ts';
import { getOnce } from './get-once.ts';

const TIMEOUT_MS = 5_000;

/** Rejects unless a 2xx response comes within five seconds. The URL is a secret, so no error contains it. */
export async function callHeartbeat(url: string): Promise<void> {
  const { answer } = await getOnce(url, AbortSignal.timeout(TIMEOUT_MS));
  if (answer.kind !== 'http') throw new Error(`HEARTBEAT_URL: ${faultWords(answer)}`);
  if (answer.status >= 300) throw new Error(`HEARTBEAT_URL returned HTTP ${answer.status}`);
}
