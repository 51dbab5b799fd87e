/**
 * Encrypts the value of a secret so that only the repository can decrypt it (GitHub,
 * "Encrypting secrets for the REST API").
 */
import type { Octokit } from '@octokit/rest';
import sodium from 'libsodium-wrappers';
import { checkShape } from '../upstream/parse-response.ts';
import { publicKeySchema } from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

type Sealed =
  | { readonly ok: true; readonly value: { readonly encrypted_value: string; readonly key_id: string } }
  | { readonly ok: false; readonly words: string };

/** `base` is the repository's path. Never rejects. */
export async function sealSecret(
  octokit: Octokit,
  base: string,
  value: string,
  timeoutMs: number,
): Promise<Sealed> {
  try {
    const answer = await octokit.request({
      method: 'GET',
      url: `${base}/actions/secrets/public-key`,
      request: { signal: AbortSignal.timeout(timeoutMs) },
    });
    const { key, key_id } = checkShape(publicKeySchema, answer.data);
    await sodium.ready;
    const box = sodium.crypto_box_seal(value, sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
    const encrypted_value = sodium.to_base64(box, sodium.base64_variants.ORIGINAL);
    return { ok: true, value: { encrypted_value, key_id } };
  } catch (error) {
    const words = `couldn't read the repository's public key (${whyUnseen(error).words})`;
    return { ok: false, words };
  }
}
