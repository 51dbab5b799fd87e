/** The schema of a whole world, so that a mistake in a scenario is reported before anything starts. */
import { z } from 'zod';
import type { World } from './world.ts';

const age = z.number();
const count = z.number().int().min(0);

const app = z.strictObject({
  region: z.string(),
  stack: z.string(),
  maintenance: z.boolean(),
  formation: z.array(
    z.strictObject({ type: z.string(), quantity: count, size: z.string(), command: z.string() }),
  ),
  dynos: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      state: z.string(),
      size: z.string(),
      command: z.string(),
      age,
      ahead: z
        .array(z.strictObject({ at: z.number(), state: z.enum(['up', 'crashed', 'gone']) }))
        .exactOptional(),
    }),
  ),
  bootSeconds: z.number().min(0),
  crashing: z.array(z.strictObject({ slug: z.string(), until: z.string().exactOptional() })),
  releases: z.array(
    z.strictObject({
      version: z.number().int().min(1),
      status: z.enum(['succeeded', 'failed', 'pending', 'expired']),
      description: z.string(),
      slug: z.string().nullable(),
      commit: z.string().exactOptional(),
      actor: z.string(),
      age,
    }),
  ),
  log: z.array(
    z.string().regex(/^-?[\d.]+ [\w-]+\[[\w.-]*\]: /, { error: 'must be `-300 source[process]: text`' }),
  ),
});

const job = z.strictObject({
  name: z.string(),
  status: z.enum(['queued', 'in_progress', 'waiting', 'completed']),
  conclusion: z.string().nullable(),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['queued', 'in_progress', 'completed']),
      conclusion: z.string().nullable(),
    }),
  ),
  environment: z.string().exactOptional(),
  startedAfter: z.number().exactOptional(),
  endedAfter: z.number().exactOptional(),
});

const github = z.strictObject({
  owner: z.string(),
  name: z.string(),
  formerNames: z.array(z.string().regex(/^[^/]+\/[^/]+$/, { error: 'must be `owner/name`' })),
  defaultBranch: z.string(),
  private: z.boolean(),
  permissions: z.array(
    z.enum([
      'actions:read',
      'contents:read',
      'deployments:read',
      'secrets:read',
      'actions:write',
      'administration:write',
      'secrets:write',
    ]),
  ),
  planHasReviewers: z.boolean(),
  workflows: z.array(
    z.strictObject({
      file: z.string(),
      name: z.string(),
      state: z.enum(['active', 'disabled_manually', 'disabled_inactivity', 'deleted']),
      text: z.string(),
    }),
  ),
  branches: z.array(
    z.strictObject({
      name: z.string(),
      commits: z
        .array(
          z.strictObject({
            sha: z.string(),
            title: z.string(),
            author: z.string(),
            age,
            files: z.array(z.string()).exactOptional(),
          }),
        )
        .min(1),
    }),
  ),
  tags: z.array(z.string()),
  login: z.string(),
  collaborators: z.array(z.string()),
  deploys: z.strictObject({
    phase: z.number(),
    hiddenFor: z.number(),
    tellsId: z.boolean(),
    frozen: z.boolean(),
    queues: z.boolean(),
    push: z.enum(['success', 'failure']),
    crashes: z.boolean(),
    crashesAfter: z.number().nullable(),
  }),
  runs: z.array(
    z.strictObject({
      id: z.number().int(),
      workflow: z.string(),
      event: z.enum(['push', 'workflow_dispatch', 'pull_request']),
      status: z.enum(['queued', 'in_progress', 'waiting', 'pending', 'requested', 'completed']),
      conclusion: z.string().nullable(),
      title: z.string(),
      branch: z.string(),
      sha: z.string(),
      actor: z.string(),
      attempt: z.number().int().min(1).exactOptional(),
      attemptAge: age.exactOptional(),
      age,
      duration: z.number(),
      live: z
        .strictObject({ begunAt: z.number(), gateAt: z.number().nullable(), passedAt: z.number().nullable() })
        .exactOptional(),
      environment: z.string().nullable(),
      jobs: z.array(job),
      approvals: z.array(
        z.strictObject({
          state: z.enum(['approved', 'rejected']),
          by: z.string(),
          comment: z.string(),
          environment: z.string().exactOptional(),
        }),
      ),
    }),
  ),
  environments: z.array(
    z.strictObject({
      name: z.string(),
      reviewers: z.array(z.string()).nullable(),
      branches: z.union([z.enum(['any', 'protected']), z.array(z.string())]),
      adminsBypass: z.boolean(),
      preventSelfReview: z.boolean().exactOptional(),
    }),
  ),
  secrets: z.array(z.strictObject({ name: z.string(), age })),
  rateLimitRemaining: count,
  tokenExpiresAfter: z.number().exactOptional(),
});

const incident = z.strictObject({
  id: z.number().int(),
  title: z.string(),
  state: z.string(),
  tags: z.array(z.string()),
  systems: z.array(z.string()),
  age,
  text: z.string(),
});

const SERVICES = ['heroku', 'heroku-logs', 'github', 'status', 'slack', 'app', 'console'] as const;
const pattern = z.string().refine(isPattern, { error: 'must be a regular expression' });

const fault = z.strictObject({
  service: z.enum(SERVICES),
  method: z.string().exactOptional(),
  path: pattern.exactOptional(),
  times: count.exactOptional(),
  after: z
    .strictObject({
      service: z.enum(SERVICES),
      method: z.string().exactOptional(),
      path: pattern.exactOptional(),
    })
    .exactOptional(),
  forMs: z.number().min(0).exactOptional(),
  until: z.number().exactOptional(),
  play: z.union([
    z.strictObject({
      status: z.number().int(),
      body: z.unknown().exactOptional(),
      headers: z.record(z.string(), z.string()).exactOptional(),
    }),
    z.strictObject({ html: z.number().int() }),
    z.strictObject({ delayMs: z.number() }),
    z.strictObject({ hang: z.literal(true) }),
    z.strictObject({ reset: z.literal(true) }),
    z.strictObject({ resetAfter: z.literal(true) }),
    z.strictObject({ statusAfter: z.number().int() }),
    z.strictObject({ truncate: z.literal(true) }),
  ]),
});

export const worldSchema = z.strictObject({
  start: z.number(),
  heroku: z.strictObject({ apps: z.record(z.string(), app), rateLimitRemaining: count }),
  github,
  status: z.strictObject({
    systems: z.array(z.strictObject({ system: z.string(), status: z.enum(['green', 'yellow', 'red']) })),
    incidents: z.array(incident),
    scheduled: z.array(incident),
  }),
  app: z.strictObject({
    answer: z.union([z.literal('auto'), z.strictObject({ status: z.number().int() })]),
  }),
  console: z.strictObject({ answer: z.strictObject({ status: z.number().int() }) }),
  faults: z.array(fault),
}) satisfies z.ZodType<World>;

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
