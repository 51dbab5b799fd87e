/** `runbook.yml`: its schema, and its way to `Facts`. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { ModeId } from '../runbook/model/mode-id.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import { baseUrl } from './base-url.ts';
import { type Checked, type Fault, faultsOf, strict } from './fault.ts';

const text = (should: string) =>
  z.string({ error: should }).trim().min(1, { error: should }).describe(should);
const matching = (pattern: RegExp, should: string) =>
  z.string({ error: should }).regex(pattern, { error: should }).describe(should);
const yesNo = z.boolean({ error: 'should be true or false' });
const aboveZero = (should: string) => z.number({ error: should }).positive({ error: should });
/** Nobody waits for longer than a year, and a date has an end. */
const LONGEST_MINUTES = 366 * 24 * 60;
const minutesShould = `should be a number of minutes above 0 (a fraction is fine), ${LONGEST_MINUTES} at most`;
const minutes = aboveZero('should be a number of minutes above 0 (a fraction is fine)').max(LONGEST_MINUTES, {
  error: minutesShould,
});

/** Timers hold 2^31 ms; a longer one fires at once, for ever. */
const LONGEST_TIMER_S = Math.floor((2 ** 31 - 1) / 1_000);
const everySecondsShould = `should be a number of seconds from 1 to ${LONGEST_TIMER_S}`;

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

/** The team's own words for a failure mode; each replaces the built-in one. */
const modeWords = strict({
  status: text('should be whether it can still happen').optional(),
  symptom: text('should be what one sees').optional(),
  cause: text('should be why it happens').optional(),
}).optional();
const modes = {
  A: modeWords,
  B: modeWords,
  C: modeWords,
  D: modeWords,
  E: modeWords,
} satisfies Record<ModeId, typeof modeWords>;

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
    system: text('should be what the apps are: Raptor backend on Heroku').optional(),
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

type RunbookFile = z.infer<typeof runbookFile>;

/** The file's JSON Schema, for editors. It knows shapes only: what contradicts itself is found by `raxx runbook check`. */
export function runbookSchema(): object {
  return z.toJSONSchema(runbookFile, { io: 'input', unrepresentable: 'any' });
}

/** The text of a runbook file as facts, or all its faults at once, each with its path. */
export function parseRunbook(source: string): Checked<Facts> {
  const document = parseDocument(source);
  const broken = document.errors.map((error): Fault => {
    const at = error.linePos?.[0];
    const words = error.code === 'DUPLICATE_KEY' ? 'a key stands here twice' : 'is not valid YAML';
    return { path: at ? `line ${at.line}, column ${at.col}` : 'the file', words };
  });
  if (broken.length > 0) return { ok: false, faults: broken };
  const read = readYaml(document);
  if (!read.ok) return read;
  const checked = runbookFile.safeParse(read.value);
  if (!checked.success) return { ok: false, faults: faultsOf(checked.error) };
  const impossible = [
    ...nameClashes(checked.data),
    ...typeClashes(checked.data),
    ...gateFaults(checked.data),
  ];
  return impossible.length > 0
    ? { ok: false, faults: impossible }
    : { ok: true, value: toFacts(checked.data) };
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
  for (const [name, { aliases }] of Object.entries(file.targets)) {
    const other = Object.entries(file.targets).find(
      ([its, { app }]) => its !== name && [name, ...aliases].includes(app),
    );
    if (other) {
      const [its, { app }] = other;
      faults.push({
        path: `targets.${name}`,
        words: `should not be called "${app}": that is the app of ${its}`,
      });
    }
  }
  return faults;
}

/** An anchor that multiplies itself is valid YAML and no file of ours: the library throws for it. */
function readYaml(document: ReturnType<typeof parseDocument>): Checked<unknown> {
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, faults: [{ path: 'the file', words: `cannot be read: ${why}` }] };
  }
}

/** Targets may be process types of one app, each of which is one target's only. */
function typeClashes({ targets }: RunbookFile): Fault[] {
  const owner = new Map<string, string>();
  return Object.entries(targets).flatMap(([name, { app, process_type: type }]) => {
    const other = owner.get(`${app} ${type}`);
    owner.set(`${app} ${type}`, name);
    if (other === undefined) return [];
    return [
      {
        path: `targets.${name}.process_type`,
        words: `should be another one than that of ${other}: both are ${type} of ${app}`,
      },
    ];
  });
}

/** A gate that is not `github.gate` cannot be checked, so nobody could deploy to that target. GitHub ignores the case of a name. */
function gateFaults({ targets, github }: RunbookFile): Fault[] {
  const { environment } = github.gate;
  return Object.entries(targets).flatMap(([name, target]) =>
    target.gated && target.environment.toLowerCase() !== environment.toLowerCase()
      ? [
          {
            path: `targets.${name}.environment`,
            words: `should be ${environment}, the gate that can be checked (github.gate.environment); or say gated: false`,
          },
        ]
      : [],
  );
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
      notify: file.approvals.notify,
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
  const { owner, last_incident, last_reviewed, system, workflows_as_of, workflows, retired, modes } =
    document;
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(last_incident === undefined ? {} : { lastIncident: last_incident }),
    ...(last_reviewed === undefined ? {} : { lastReviewed: last_reviewed }),
    ...(system === undefined ? {} : { system }),
    ...(workflows_as_of === undefined ? {} : { workflowsAsOf: workflows_as_of }),
    ...(workflows === undefined ? {} : { workflows }),
    ...(retired === undefined ? {} : { retired }),
    ...(modes === undefined ? {} : { modes }),
  };
}
