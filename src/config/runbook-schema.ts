/** Defines what `runbook.yml` may contain: its shape, with an error for each value that says what it should be. */
import { z } from 'zod';
import type { ModeId } from '../runbook/model/mode-id.ts';
import { baseUrl } from './base-url.ts';
import { strict } from './fault.ts';

const text = (should: string) =>
  z.string({ error: should }).trim().min(1, { error: should }).describe(should);
const matching = (pattern: RegExp, should: string) =>
  z.string({ error: should }).regex(pattern, { error: should }).describe(should);
const yesNo = z.boolean({ error: 'should be true or false' });
const aboveZero = (should: string) => z.number({ error: should }).positive({ error: should });
/** One year. Much longer times could not be represented as an instant. */
const LONGEST_MINUTES = 366 * 24 * 60;
const minutesShould = `should be a number of minutes above 0 (a fraction is fine), at most ${LONGEST_MINUTES}`;
const minutes = aboveZero('should be a number of minutes above 0 (a fraction is fine)').max(LONGEST_MINUTES, {
  error: minutesShould,
});

/** Timers hold 2^31 ms. A longer one would fire immediately, over and over. */
const LONGEST_TIMER_S = Math.floor((2 ** 31 - 1) / 1_000);
const everySecondsShould = `should be a number of seconds from 1 to ${LONGEST_TIMER_S}`;

/** Slack accepts a reply for 30 minutes, but nobody waits longer than ten. Timers take only whole numbers. */
const LONGEST_DIAGNOSIS_MS = 600_000;
const deadlineShould = `should be a whole number of milliseconds, from 1 to ${LONGEST_DIAGNOSIS_MS}`;
const deadline = z
  .int({ error: deadlineShould })
  .min(1, { error: deadlineShould })
  .max(LONGEST_DIAGNOSIS_MS, { error: deadlineShould });

const list = <T extends z.ZodType>(item: T, of: string) =>
  z.array(item, { error: `should be a list of ${of}` });
const filled = <T extends z.ZodType>(item: T, of: string) =>
  list(item, of).min(1, { error: `should be a list of ${of}, with at least one` });

const WORD = /^[a-z][a-z0-9-]*$/;
const word = matching(WORD, 'should be a word of lowercase letters, digits and dashes');
const workflowFile = matching(
  /^[\w.-]+\.ya?ml$/,
  'should be the file name of a workflow, such as deploy-heroku.yml',
);
const secretName = matching(
  /^[A-Za-z_]\w*$/,
  'should be the name of a secret: letters, digits and underscores',
);
const person = matching(
  /^([UWS][A-Z0-9]{2,}|[^\s@]+@[^\s@]+\.[^\s@]+)$/,
  'should be a Slack user id (U…), a user group id (S…) or an e-mail address',
);
const day = z
  .union([z.string(), z.date()], { error: 'should be a date, such as 2026-05-01' })
  .transform((value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value))
  .pipe(matching(/^\d{4}-\d{2}-\d{2}$/, 'should be a date, such as 2026-05-01'));

const target = strict({
  aliases: list(word, 'words').default([]),
  app: matching(
    /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/,
    'should be the name of a Heroku app, such as raxx-api-prod',
  ),
  url: baseUrl,
  health_path: matching(/^\/\S*$/, 'should be a path that begins with /'),
  stack: matching(/^[a-z]+-\d+$/, 'should be a Heroku stack, such as heroku-24'),
  process_type: matching(/^[-\w]{1,128}$/, 'should be a process type, such as web'),
  environment: text('should be the name of a GitHub Environment'),
  gated: yesNo,
});

const approval = strict({
  approvals: z.int({ error: 'should be a whole number of approvals, 1 or more' }).min(1, {
    error: 'should be a whole number of approvals, 1 or more',
  }),
  self_approve: yesNo,
});

/** The team's own words for a failure mode. Each replaces the built-in one. */
const modeWords = strict({
  status: text('should say whether it can still happen').optional(),
  symptom: text('should be what people see').optional(),
  cause: text('should be why it happens').optional(),
}).optional();
const modes = {
  A: modeWords,
  B: modeWords,
  C: modeWords,
  D: modeWords,
  E: modeWords,
} satisfies Record<ModeId, typeof modeWords>;

export const runbookFile = strict({
  version: z.literal(1, { error: 'should be 1' }),
  targets: z
    .record(word, target, { error: 'should be a mapping from a word to a target' })
    .refine((targets) => Object.keys(targets).length > 0, { error: 'should have at least one target' }),
  heroku: strict({ region: word }),
  github: strict({
    repository: matching(/^[\w.-]+\/[\w.-]+$/, 'should be owner/name'),
    deploy_workflow: workflowFile,
    ref: text('should be a branch'),
    workflows: filled(workflowFile, 'workflow files'),
    retired_workflows: list(workflowFile, 'workflow files').default([]),
    nonce_input: matching(/^[\w-]+$/, 'should be the name of a workflow input').optional(),
    gate: strict({
      environment: text('should be the name of a GitHub Environment'),
      reviewers: filled(text('should be a GitHub login'), 'GitHub logins'),
      branch: text('should be a branch'),
    }),
  }),
  freeze: strict({ job: text('should be the name of a job'), secret: secretName, console: baseUrl }),
  slack: strict({ channel: text('should be the name or the id of a channel') }),
  people: strict({
    operators: filled(person, 'people'),
    approvers: filled(person, 'people'),
    readers: list(person, 'people').optional(),
  }),
  approvals: strict({
    expire_minutes: minutes,
    notify: z.enum(['mention', 'dm', 'none'], { error: 'should be mention, dm or none' }).default('mention'),
    stop: approval,
    restore: approval,
    deploy: approval,
    fix: approval,
  }),
  escalation: strict({
    who: strict({ name: text('should be a name'), contact: person }),
    unresolved_minutes: minutes,
    repeat_minutes: minutes,
  }),
  watch: strict({
    every_seconds: z
      .number({ error: 'should be a number of seconds from 1' })
      .min(1, { error: 'should be a number of seconds from 1' })
      .max(LONGEST_TIMER_S, { error: everySecondsShould }),
  }),
  deadlines: strict({ diagnose_ms: deadline }),
  document: strict({
    owner: text('should be a name').optional(),
    last_incident: day.optional(),
    last_reviewed: day.optional(),
    system: text('should be what the apps are, such as Raptor backend on Heroku').optional(),
    workflows_as_of: text('should be a sentence above the table of workflows').optional(),
    workflows: list(
      strict({
        file: workflowFile,
        name: text('should be the name of a workflow'),
        trigger: text('should be what starts it'),
        purpose: text('should be what it is for'),
      }),
      'workflows',
    ).optional(),
    retired: text('should be what became of the retired workflows, in Markdown').optional(),
    modes: strict(modes).optional(),
  }).optional(),
});

export type RunbookFile = z.infer<typeof runbookFile>;

/** The file's JSON Schema, for editors. It describes only shapes; `raxx runbook check` also finds contradictions. */
export function runbookSchema(): object {
  return z.toJSONSchema(runbookFile, { io: 'input', unrepresentable: 'any' });
}
