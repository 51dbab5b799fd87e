/** Reads the repository itself: its visibility, its default branch, and whether it has been renamed. */

import type { Repository } from '../runbook/model/github.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Get } from './get.ts';
import { repositorySchema } from './schemas.ts';

/** `name` is `owner/name` as configured. `tokenExpiresAt` is called after the response, which carries the expiry. */
export async function readRepository(
  name: string,
  get: Get,
  tokenExpiresAt: () => Instant | null,
): Promise<Repository> {
  const { repository, fullName } = await get('', repositorySchema);
  const isSame = fullName === null || fullName.toLowerCase() === name.toLowerCase();
  const expiresAt = tokenExpiresAt();
  return {
    ...repository,
    ...(isSame ? {} : { movedTo: fullName }),
    ...(expiresAt === null ? {} : { tokenExpiresAt: expiresAt }),
  };
}
