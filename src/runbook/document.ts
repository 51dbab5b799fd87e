/** Prints the runbook as a document from the words of the checks and failure modes, so the two cannot differ. */
import { CHECKS } from './checks/index.ts';
import { CONDITIONS } from './diagnosis/escalation.ts';
import type { Check, Mode } from './model/check.ts';
import type { Facts, Target } from './model/runbook-config.ts';
import { FIX_OF_CODE } from './modes/crash-loop/words.ts';
import { MODES } from './modes/index.ts';
import { wordsOf } from './modes/words-of.ts';
import { DIAGNOSE_ANCHOR, modeAnchor } from './text/links.ts';
import { fillIn } from './text/placeholders.ts';

/** Returns Markdown. Its examples use the first gated target, or else the first target. */
export function renderDocument(facts: Facts): string {
  const example = facts.targets.find(({ gated }) => gated) ?? facts.targets[0];
  if (!example) throw new Error('the runbook file names no target');
  const sections = [
    head(facts, example),
    workflows(facts),
    broken(facts),
    diagnose(facts, example),
    '## Known failure modes',
    ...MODES.map((mode) => failureMode(mode, facts, example)),
    emergencyStop(example),
    escalation(facts, example),
  ];
  return `${sections.join('\n\n')}\n`;
}

function head({ targets, document }: Facts, example: Target): string {
  const apps = targets
    .map(({ app }) => app)
    .toReversed()
    .join(' + ');
  return [
    '# Heroku runbook',
    '<!-- Generated from src/runbook and runbook.yml by `npm run docs`. Change those, not this file. -->',
    [
      `**System:** ${apps} (${document?.system ?? 'on Heroku'})`,
      ...(document?.owner ? [`**Owner:** ${document.owner}`] : []),
      ...(document?.lastIncident ? [`**Last incident:** ${incident(document.lastIncident, example)}`] : []),
      ...(document?.lastReviewed ? [`**Last reviewed:** ${document.lastReviewed}`] : []),
    ].join('  \n'),
    'The bot does all of this in one command: `/raxx diagnose <target>` in Slack, `npx raxx diagnose <target>` at a terminal.',
  ].join('\n\n');
}

/** Incident reports are filed by day and app. */
function incident(day: string, { app }: Target): string {
  return `${day} (see docs/incidents/${day}-${app}-down.md)`;
}

function workflows({ github, document }: Facts): string {
  const rows = github.workflows.map((file) => {
    const { name, trigger, purpose } = document?.workflows?.find((one) => one.file === file) ?? {
      name: file,
      trigger: '',
      purpose: '',
    };
    return `| ${name} | \`.github/workflows/${file}\` | ${trigger} | ${purpose} |`;
  });
  return [
    '## Workflow architecture (deploy source of truth)',
    document?.workflowsAsOf ?? 'The deploy workflows are:',
    ['| Workflow | File | Trigger | Purpose |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ...(document?.retired === undefined ? [] : [document.retired.trim()]),
    `**Bottom line:** If a Heroku deploy is failing, look at ${github.deployWorkflow}. There is no other backend deploy workflow.`,
  ].join('\n\n');
}

function broken({ targets }: Facts): string {
  const rows = targets.toReversed().map(({ app, url, stack }) => `| ${app} | ${url} | ${stack} |`);
  return [
    "## How to tell it's broken",
    '### App reference',
    ['| App | URL | Stack |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function diagnose(facts: Facts, example: Target): string {
  const numbered = CHECKS.filter(({ step }) => step !== null);
  const others = CHECKS.filter(({ step }) => step === null);
  return [
    `<a id="${DIAGNOSE_ANCHOR}"></a>`,
    '## How to diagnose (in order)',
    numbered.map((check) => checkItem(`${check.step}.`, check, facts, example)).join('\n'),
    'Then:',
    others.map((check) => checkItem('-', check, facts, example)).join('\n'),
  ].join('\n\n');
}

function checkItem(mark: string, { title, byHand }: Check, facts: Facts, example: Target): string {
  const fill = (text: string) => fillIn(text, facts, example);
  return `${mark} **${title}**: \`${fill(byHand.command)}\` — expected: ${escapePlaceholders(fill(byHand.expect))}`;
}

function failureMode(mode: Mode, facts: Facts, example: Target): string {
  const { id } = mode;
  const words = wordsOf(mode, facts);
  const fill = (text: string) => escapePlaceholders(fillIn(text, facts, example));
  const more = id === 'B' ? (FIX_OF_CODE.H12?.fix ?? []) : [];
  const paragraph = (name: string, text: string | undefined) => (text ? [`**${name}:** ${fill(text)}`] : []);
  return [
    `<a id="${modeAnchor(id)}"></a>`,
    `### Failure mode ${id}: ${fill(words.title)}`,
    ...paragraph('Status', words.status),
    ...paragraph('Symptom', words.symptom),
    ...paragraph('Cause', words.cause),
    ...(words.diagnosis ? ['**Diagnosis:**', bullets(words.diagnosis.map(fill), '-')] : []),
    `**Fix${words.fixBy ? ` (${words.fixBy})` : ''}:**`,
    bullets([...words.fix, ...more].map(fill), id === 'B' ? '-' : '1.'),
    ...paragraph('Verification', words.verification),
  ].join('\n\n');
}

function bullets(lines: readonly string[], mark: string): string {
  return lines.map((words) => `${mark} ${words}`).join('\n');
}

/** Markdown renderers would read `<uuid>` as HTML. */
function escapePlaceholders(text: string): string {
  return text.replace(/<([a-z]+)>/g, '\\<$1>');
}

function emergencyStop({ app, processType }: Target): string {
  return [
    '## Emergency stop',
    `To take ${app} offline cleanly (0 dynos, keeps the app and data intact):`,
    code(`heroku ps:scale ${processType}=0 --app ${app}`),
    "To confirm it's offline:",
    code(`heroku ps --app ${app}\n# should show: No dynos on ${app}`),
    'To restore (after a clean slug exists):',
    code(`heroku ps:scale ${processType}=1 --app ${app}`),
    '**Note:** scaling to 0 is an emergency stop only. If no slug has been deployed, the app is already effectively at 0 dynos and there is nothing to stop.',
  ].join('\n\n');
}

function code(text: string): string {
  return `\`\`\`sh\n${text}\n\`\`\``;
}

function escalation(facts: Facts, example: Target): string {
  const { who } = facts.escalation;
  const conditions = Object.values(CONDITIONS).map((words) => fillIn(words, facts, example));
  return [
    '<a id="escalation"></a>',
    '## Escalation',
    'Wake the operator when:',
    bullets(conditions, '1.'),
    `**Who:** ${who.name} (${who.contact} / Slack #${facts.slack.channel} workspace)`,
  ].join('\n\n');
}
