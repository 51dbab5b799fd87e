/** `runbook.yml`: its schema, and its way to `Facts`. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Facts } from '../runbook/facts.ts';
import { baseUrl } from './base-url.ts';
import { type Checked, type Fault, faultsOf, strict } from './fault.ts';

const text = (should: string) => z.string({ error: should }).trim().min(1, { error: should });
const matching = (pattern: RegExp, should: string) =>
  z.string({ error: should }).regex(pattern, { error: should });
const yesNo = z.boolean({ error: 'should be true or false' });
const aboveZero = (should: string) => z.number({ error: should }).positive({ error: should });
const minutes = aboveZero('should be a number of minutes above 0 (a fraction is fine)');

/** Slack takes an answer for 30 minutes; nobody waits longer than ten. Timers take whole numbers only. */
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
const word = matching(WORD, 'should be a word of small letters, digits and dashes');
const workflowFile = matching(/^[\w.-]+\.ya?ml$/, 'should be the file name of a workflow: deploy-heroku.yml');
const secretName = matching(
  /^[A-Za-z_]\w*$/,
  'should be the name of a secret: letters, digits and underscores',
);
const person = matching(
  /^([UWS][A-Z0-9]{2,}|[^\s@]+@[^\s@]+\.[^\s@]+)$/,
  'should be a Slack user id (U…), a user group id (S…) or an e-mail address',
);
const day = z
  .union([z.string(), z.date()], { error: 'should be a day: 2026-05-01' })
  .transform((value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value))
  .pipe(matching(/^\d{4}-\d{2}-\d{2}$/, 'should be a day: 2026-05-01'));

const target = strict({
  aliases: list(word, 'words').default([]),
  app: matching(/^[a-z][a-z0-9-]{1,28}[a-z0-9]$/, 'should be the name of a Heroku app: raxx-api-prod'),
  url: baseUrl,
  health_path: matching(/^\/\S*$/, 'should be a path that begins with /'),
  stack: matching(/^[a-z]+-\d+$/, 'should be a Heroku stack: heroku-24'),
  process_type: matching(/^[-\w]{1,128}$/, 'should be a process type: web'),
  environment: text('should be the name of a GitHub Environment'),
  gated: yesNo,
});

const approval = strict({
  approvals: z.int({ error: 'should be a whole number of approvals, 1 or more' }).min(1, {
    error: 'should be a whole number of approvals, 1 or more',
  }),
  self_approve: yesNo,
});

const runbookFile = strict({
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
      .min(1, { error: 'should be a number of seconds from 1' }),
  }),
  deadlines: strict({ diagnose_ms: deadline }),
  document: strict({
    owner: text('should be a name').optional(),
    last_incident: day.optional(),
    last_reviewed: day.optional(),
  }).optional(),
});

type RunbookFile = z.infer<typeof runbookFile>;

/** The text of a runbook file as facts, or all its faults at once, each with its path. */
export function parseRunbook(source: string): Checked<Facts> {
  const document = parseDocument(source);
  const broken = document.errors.map((error): Fault => {
    const at = error.linePos?.[0];
    const words = error.code === 'DUPLICATE_KEY' ? 'a key stands here twice' : 'is not valid YAML';
    return { path: at ? `line ${at.line}, column ${at.col}` : 'the file', words };
  });
  if (broken.length > 0) return { ok: false, faults: broken };
  const checked = runbookFile.safeParse(document.toJS());
  if (!checked.success) return { ok: false, faults: faultsOf(checked.error) };
  const clashes = nameClashes(checked.data);
  return clashes.length > 0 ? { ok: false, faults: clashes } : { ok: true, value: toFacts(checked.data) };
}

/** A word must name one target only: else a command could reach the wrong app. */
function nameClashes(file: RunbookFile): Fault[] {
  const owner = new Map<string, string>();
  const faults: Fault[] = [];
  for (const [name, { aliases }] of Object.entries(file.targets)) {
    for (const spoken of [name, ...aliases]) {
      const other = owner.get(spoken);
      if (other !== undefined) {
        faults.push({
          path: `targets.${name}`,
          words: `should not share the word "${spoken}" with ${other}`,
        });
      }
      owner.set(spoken, name);
    }
  }
  return faults;
}

function toFacts(file: RunbookFile): Facts {
  const rule = ({ approvals, self_approve }: RunbookFile['approvals']['stop']) => ({
    approvals,
    selfApprove: self_approve,
  });
  const { github, people, document } = file;
  return {
    targets: Object.entries(file.targets).map(([name, { health_path, process_type, ...rest }]) => ({
      name,
      healthPath: health_path,
      processType: process_type,
      ...rest,
    })),
    heroku: file.heroku,
    github: {
      repository: github.repository,
      deployWorkflow: github.deploy_workflow,
      ref: github.ref,
      workflows: github.workflows,
      retiredWorkflows: github.retired_workflows,
      gate: github.gate,
      ...(github.nonce_input === undefined ? {} : { nonceInput: github.nonce_input }),
    },
    freeze: file.freeze,
    slack: file.slack,
    people: {
      operators: people.operators,
      approvers: people.approvers,
      ...(people.readers === undefined ? {} : { readers: people.readers }),
    },
    approvals: {
      expireMinutes: file.approvals.expire_minutes,
      stop: rule(file.approvals.stop),
      restore: rule(file.approvals.restore),
      deploy: rule(file.approvals.deploy),
      fix: rule(file.approvals.fix),
    },
    escalation: {
      who: file.escalation.who,
      unresolvedMinutes: file.escalation.unresolved_minutes,
      repeatMinutes: file.escalation.repeat_minutes,
    },
    watch: { everySeconds: file.watch.every_seconds },
    deadlines: { diagnoseMs: file.deadlines.diagnose_ms },
    ...(document === undefined ? {} : { document: documentFacts(document) }),
  };
}

function documentFacts(document: NonNullable<RunbookFile['document']>): NonNullable<Facts['document']> {
  const { owner, last_incident, last_reviewed } = document;
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(last_incident === undefined ? {} : { lastIncident: last_incident }),
    ...(last_reviewed === undefined ? {} : { lastReviewed: last_reviewed }),
  };
}
