/** Reads `runbook.yml` into `Facts`. */
import { parseDocument } from 'yaml';
import type { Facts } from '../runbook/model/runbook-config.ts';
import { type Checked, checkWith, type Fault } from './fault.ts';
import { conflictsIn } from './runbook-conflicts.ts';
import { type RunbookFile, runbookFile } from './runbook-schema.ts';

/** Parses the text of a runbook file. Returns all faults at once, each with its path. */
export function parseRunbook(source: string): Checked<Facts> {
  const document = parseDocument(source);
  const broken = document.errors.map((error): Fault => {
    const at = error.linePos?.[0];
    const words = error.code === 'DUPLICATE_KEY' ? 'repeats a key' : 'is not valid YAML';
    return { path: at ? `line ${at.line}, column ${at.col}` : 'the file', words };
  });
  if (broken.length > 0) return { ok: false, faults: broken };
  const read = readYaml(document);
  if (!read.ok) return read;
  const checked = checkWith(runbookFile, read.value);
  if (!checked.ok) return checked;
  const conflicts = conflictsIn(checked.value);
  return conflicts.length > 0
    ? { ok: false, faults: conflicts }
    : { ok: true, value: toFacts(checked.value) };
}

/** Anchors that multiply each other are valid YAML, and the library throws on them. */
function readYaml(document: ReturnType<typeof parseDocument>): Checked<unknown> {
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, faults: [{ path: 'the file', words: `cannot be read: ${why}` }] };
  }
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
