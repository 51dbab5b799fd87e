/** Checks whether the people who should review a deployment exist on GitHub and have access to the repository. */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { ReadOptions } from '../operations/ports/upstreams.ts';
import type { ReviewerFact } from '../runbook/model/github.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { type Get, getGlobal, orNull } from './get.ts';
import { personSchema } from './schemas.ts';

/** For a collaborator, GitHub responds with 204 and no body. */
const nothingSchema = z.unknown().transform(() => true);

export async function readReviewer(
  login: string,
  get: Get,
  octokit: Octokit,
  options: ReadOptions,
): Promise<ReviewerFact> {
  const name = encodeURIComponent(login);
  const found = await orNull(getGlobal(octokit, `/users/${name}`, options));
  const isCollaborator = await orNull(get(`/collaborators/${name}`, nothingSchema));
  return {
    login,
    id: found === null ? null : checkShape(personSchema, found).id,
    isCollaborator: isCollaborator !== null,
  };
}
