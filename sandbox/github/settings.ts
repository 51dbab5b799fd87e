/** Settings that an administrator changes: environments, branch policies, secrets. */
import sodium from 'libsodium-wrappers';
import { z } from 'zod';
import type { Answer } from '../server.ts';
import { notFound, problem } from './answers.ts';
import type { Place } from './people.ts';
import { showUser } from './people.ts';
import { branchPolicies, showEnvironment } from './show-environments.ts';

const environmentBody = z.object({
  reviewers: z.array(z.object({ type: z.enum(['User', 'Team']), id: z.number() })).nullish(),
  prevent_self_review: z.boolean().optional(),
  wait_timer: z.number().optional(),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
});

/**
 * `PUT /environments/{name}`: on a plan without required reviewers,
 * the environment is created anyway, without its gate.
 */
export function putEnvironment(place: Place, name: string, given: unknown): Answer {
  const { state, api } = place;
  const asked = environmentBody.safeParse(given);
  if (!asked.success) return { status: 422, body: problem('Invalid request.', '422') };
  const found = state.environments.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const environment = found ?? { name, reviewers: null, branches: 'any' as const, adminsBypass: true };
  if (!found) state.environments.push(environment);
  const { reviewers, deployment_branch_policy: policy } = asked.data;
  if (policy !== undefined) {
    environment.branches = policy === null ? 'any' : policy.protected_branches ? 'protected' : [];
  }
  if (reviewers !== undefined) {
    if (!state.planHasReviewers) {
      const words =
        'Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule.';
      return { status: 422, body: problem(words, '422') };
    }
    const logins = reviewers?.map(({ id }) =>
      state.collaborators.find((login) => showUser(api, login).id === id),
    );
    if (logins?.includes(undefined)) return { status: 422, body: problem('Invalid reviewer.', '422') };
    environment.reviewers = logins?.filter((login) => login !== undefined) ?? null;
  }
  return { status: 200, body: showEnvironment(place, environment) };
}

/** `POST /environments/{name}/deployment-branch-policies`. */
export function addBranchPolicy(place: Place, name: string, given: unknown): Answer {
  const asked = z.object({ name: z.string() }).safeParse(given);
  const environment = place.state.environments.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!asked.success || !environment || !Array.isArray(environment.branches)) return notFound();
  if (!environment.branches.includes(asked.data.name)) environment.branches.push(asked.data.name);
  const shown = branchPolicies(environment).find((one) => one.name === asked.data.name);
  return { status: 200, body: shown };
}

await sodium.ready;
const KEYS = sodium.crypto_box_keypair();

export function showPublicKey() {
  return {
    key_id: '568250167242549743',
    key: sodium.to_base64(KEYS.publicKey, sodium.base64_variants.ORIGINAL),
  };
}

const secretBody = z.object({ encrypted_value: z.string(), key_id: z.string() });

/** `PUT /actions/secrets/{name}`: decrypts the sealed box. The value `0` lifts a freeze. */
export function putSecret({ state, start }: Place, name: string, given: unknown, now: number): Answer {
  const asked = secretBody.safeParse(given);
  if (!asked.success || asked.data.key_id !== showPublicKey().key_id)
    return { status: 422, body: problem('Invalid request.', '422') };
  let value: string;
  try {
    const box = sodium.from_base64(asked.data.encrypted_value, sodium.base64_variants.ORIGINAL);
    value = sodium.to_string(sodium.crypto_box_seal_open(box, KEYS.publicKey, KEYS.privateKey));
  } catch {
    return { status: 422, body: problem('The value could not be decrypted.', '422') };
  }
  const found = state.secrets.find((one) => one.name.toUpperCase() === name.toUpperCase());
  const age = (start - now) / 1000;
  if (found) found.age = age;
  else state.secrets.push({ name: name.toUpperCase(), age });
  if (/FREEZE/i.test(name)) state.deploys.frozen = value !== '0';
  return { status: found ? 204 : 201, body: found ? '' : {} };
}
