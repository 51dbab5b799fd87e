/**
 * Schemas of GitHub's responses (REST API 2022-11-28).
 * Only the fields that are used are checked; the others may hold anything.
 */
import { z } from 'zod';
import type {
  Commit,
  Comparison,
  Diff,
  DiffFile,
  Job,
  PendingGate,
  Repository,
  Reviewer,
  RunApproval,
  SecretFact,
  WorkflowRun,
} from '../runbook/model/github.ts';
import { fromOutside } from '../runbook/text/harmless.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const person = z.object({ login: z.string() });

export const repositorySchema = z
  .object({ private: z.boolean(), default_branch: z.string(), full_name: z.string().optional() })
  .transform(({ private: isPrivate, default_branch, full_name }) => ({
    repository: { private: isPrivate, defaultBranch: default_branch } satisfies Repository,
    fullName: full_name ?? null,
  }));

export const runSchema = z
  .object({
    id: z.number(),
    event: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    display_title: z.string(),
    head_branch: z.string().nullable(),
    head_sha: z.string(),
    run_attempt: z.number().default(1),
    actor: person.nullish(),
    triggering_actor: person.nullish(),
    html_url: z.string(),
    created_at: instant,
    run_started_at: instant.nullish(),
    updated_at: instant,
  })
  .transform(
    (run): WorkflowRun => ({
      id: run.id,
      event: run.event,
      status: run.status,
      conclusion: run.conclusion,
      title: run.display_title,
      branch: run.head_branch,
      sha: run.head_sha,
      attempt: run.run_attempt,
      // The person who started this attempt, because someone else may have re-run it.
      actor: (run.run_attempt > 1 ? (run.triggering_actor ?? run.actor) : run.actor)?.login ?? null,
      url: run.html_url,
      createdAt: run.created_at,
      startedAt: run.run_started_at ?? run.created_at,
      updatedAt: run.updated_at,
    }),
  );

export const runsSchema = z.object({ total_count: z.number().optional(), workflow_runs: z.array(runSchema) });

export const refSchema = z.object({ object: z.object({ sha: z.string() }) });

export const commitSchema = z
  .object({
    sha: z.string(),
    commit: z.object({
      message: z.string(),
      author: z.object({ name: z.string().nullish(), date: instant.nullish() }).nullish(),
      committer: z.object({ date: instant.nullish() }).nullish(),
    }),
    author: z.object({ login: z.string().optional() }).nullish(),
  })
  .transform(
    ({ sha, commit, author }): Commit => ({
      sha,
      title: commit.message.split('\n', 1)[0] ?? '',
      author: author?.login ?? commit.author?.name ?? 'unknown author',
      at: commit.committer?.date ?? commit.author?.date ?? 0,
    }),
  );

/** GitHub lists at most this many files of a comparison, all on its first page (REST API, "Compare two commits"). */
const MOST_FILES = 300;

const filesSchema = z
  .array(
    z.object({ filename: z.string(), previous_filename: z.string().nullish() }).transform(
      ({ filename, previous_filename }): DiffFile => ({
        path: filename,
        before: previous_filename ?? null,
      }),
    ),
  )
  .default([])
  .transform((files): Diff => ({ files, isWhole: files.length < MOST_FILES }));

/** `commits` comes oldest first, at most 250 per page. */
export const comparisonSchema = z
  .object({
    ahead_by: z.number(),
    behind_by: z.number(),
    html_url: z.string(),
    commits: z.array(commitSchema),
    files: filesSchema,
  })
  .transform(
    ({ ahead_by, behind_by, html_url, commits, files }): Comparison => ({
      ahead: ahead_by,
      behind: behind_by,
      commits: commits.toReversed(),
      diff: files,
      url: html_url,
    }),
  );

export const personSchema = z.object({ login: z.string(), id: z.number() });
export const appSchema = z.object({ slug: z.string() });
export const publicKeySchema = z.object({ key_id: z.string(), key: z.string() });

export const jobsSchema = z.object({
  total_count: z.number().optional(),
  jobs: z.array(
    z
      .object({
        id: z.number(),
        name: z.string(),
        status: z.string(),
        conclusion: z.string().nullable(),
        runner_id: z.number().nullish(),
        steps: z
          .array(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullable() }))
          .default([]),
        started_at: instant.nullish(),
        completed_at: instant.nullish(),
      })
      .transform(
        (job): Job => ({
          id: job.id,
          name: job.name,
          status: job.status,
          conclusion: job.conclusion,
          hasRunner: job.runner_id != null && job.runner_id !== 0,
          steps: job.steps.map(({ name, status, conclusion }) => ({ name, status, conclusion })),
          startedAt: job.started_at ?? null,
          completedAt: job.completed_at ?? null,
        }),
      ),
  ),
});

export const approvalsSchema = z.array(
  z
    .object({
      state: z.string(),
      comment: z.string().nullish(),
      user: person.nullish(),
      environments: z.array(z.object({ name: z.string() })).default([]),
    })
    .transform(
      ({ state, comment, user, environments }): RunApproval => ({
        state,
        by: user?.login ?? 'a deleted account',
        comment: comment || null,
        environments: environments.map(({ name }) => name),
      }),
    ),
);

const reviewer = z
  .object({
    type: z.string(),
    reviewer: z.object({ login: z.string().optional(), slug: z.string().optional() }),
  })
  .transform(
    ({ type, reviewer }): Reviewer =>
      type === 'Team'
        ? { kind: 'team', name: reviewer.slug ?? 'unnamed team' }
        : { kind: 'user', name: reviewer.login ?? 'a deleted account' },
  );

export const pendingSchema = z.array(
  z
    .object({ environment: z.object({ name: z.string() }), reviewers: z.array(reviewer).default([]) })
    .transform(
      ({ environment, reviewers }): PendingGate => ({
        environment: environment.name,
        reviewers: reviewers.map(({ name }) => name),
      }),
    ),
);

export const deploymentsSchema = z.array(
  z.object({ id: z.number(), environment: z.string(), sha: z.string(), created_at: instant }),
);

/**
 * Newest first. The ids of the run and the job appear only in the links (Actions writes
 * `…/actions/runs/<id>/job/<id>`).
 */
export const deploymentStatusesSchema = z.array(
  z.object({
    state: z.string(),
    log_url: z.string().nullish(),
    target_url: z.string().nullish(),
    created_at: instant.nullish(),
  }),
);

export const environmentsSchema = z.object({
  total_count: z.number().optional(),
  environments: z.array(
    z.object({
      name: z.string(),
      can_admins_bypass: z.boolean().optional(),
      protection_rules: z
        .array(
          z.object({
            type: z.string(),
            reviewers: z.array(reviewer).optional(),
            prevent_self_review: z.boolean().optional(),
          }),
        )
        .default([]),
      deployment_branch_policy: z
        .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
        .nullish(),
    }),
  ),
});

/** Policies for tags and branches come in one list, and the tag `main` is not the branch `main`. */
export const branchPoliciesSchema = z.object({
  total_count: z.number().optional(),
  branch_policies: z.array(
    z
      .object({ name: z.string(), type: z.string().optional() })
      .transform(({ name, type }) => ({ name: type === 'tag' ? `tag ${name}` : name })),
  ),
});

export const workflowsSchema = z.object({
  total_count: z.number().optional(),
  workflows: z.array(z.object({ path: z.string(), state: z.string() })),
});

export const secretsSchema = z.object({
  total_count: z.number().optional(),
  secrets: z.array(
    z
      .object({ name: z.string(), updated_at: instant })
      .transform(({ name, updated_at }): SecretFact => ({ name, updatedAt: updated_at })),
  ),
});

/** octokit returns bytes for a content type that it does not recognize as text. */
export const textSchema = z
  .union([z.string(), z.instanceof(ArrayBuffer)])
  .transform((text) => (typeof text === 'string' ? text : fromOutside(new TextDecoder().decode(text))));
