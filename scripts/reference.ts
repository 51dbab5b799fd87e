/** docs/diagnosis.md: what each code, state and word leads to, found by running the diagnosis itself. */

import { STAGE_STATUS } from '../src/runbook/checks/workflow-runs/stage-status.ts';
import { diagnose } from '../src/runbook/diagnosis/diagnose.ts';
import { FAILED_IS_FRESH_MS } from '../src/runbook/heroku/failed-release.ts';
import { causeOf } from '../src/runbook/logs/crash-cause.ts';
import {
  ABANDONED_SHARE,
  CRASH_LOOP,
  FAILING_LEAST,
  FAILING_SHARE,
  RECENT_MS,
  REPEATED_R10,
  TRAFFIC_MS,
} from '../src/runbook/logs/thresholds.ts';
import type { Diagnosis } from '../src/runbook/model/diagnosis.ts';
import type { Evidence } from '../src/runbook/model/evidence.ts';
import { RECOVERED_MS } from '../src/runbook/model/recovery.ts';
import type { Facts, Target } from '../src/runbook/model/runbook-config.ts';
import type { CheckId } from '../src/runbook/model/terms.ts';
import { causeWords } from '../src/runbook/modes/crash-loop/cause-words.ts';
import type { RunStage } from '../src/runbook/runs/stage.ts';
import { stageWords } from '../src/runbook/runs/words.ts';
import { fillIn } from '../src/runbook/text/placeholders.ts';
import { formatLimit, formatPercent } from '../src/runbook/text/time.ts';
import { dynoIn, evidenceWith, logOf, NOW, release, seen } from './healthy-world.ts';

export function renderReference(facts: Facts): string {
  const ask = (more: Partial<Evidence>) => diagnosisOf(evidenceWith(more), facts);
  return `${[
    '# What a diagnosis concludes',
    '<!-- Generated from src/runbook by `npm run docs`. Change the rules, not this file. -->',
    'Each row changes one thing in a healthy world and shows what the diagnosis concludes. The [runbook](runbook.md) explains the failure modes and the conditions for a page.',
    '## Thresholds',
    table(['rule', 'value'], thresholds()),
    '## Codes in the log',
    'Three lines with the code in the last minute. A code that ends a dyno comes with its crash.',
    table(
      ['code', '`logs`', 'verdict', 'failure mode', 'pages for', 'offers'],
      CODES.map(([code, words]) => codeRow(code, words, ask)),
    ),
    '## Dyno states',
    table(
      ['state', '`formation`', 'verdict'],
      STATES.map(([state, seconds]) => {
        const found = ask({ dynos: dynoIn(state, seconds) });
        return [`${state}, for ${formatLimit(seconds * 1000)}`, statusOf(found, 'formation'), found.verdict];
      }),
    ),
    '## Health URL responses',
    table(
      ['response', '`health`', 'verdict', 'the card says'],
      ANSWERS.map(([name, health]) => {
        const found = ask({ health: seen(health) });
        return [name, statusOf(found, 'health'), found.verdict, summaryOf(found, 'health')];
      }),
    ),
    '## Releases',
    table(
      ['newest release', '`releases`', 'verdict', 'offers'],
      RELEASES.map(([name, more]) => {
        const found = ask(more);
        return [name, statusOf(found, 'releases'), found.verdict, offersOf(found)];
      }),
    ),
    '## Runs of the deploy workflow',
    'The stage of a run follows from its attempt, approvals, pending deployments, the environments of its deployments and the steps that ran, never from the name of a job.',
    table(
      ['the run', '`workflow_runs`'],
      stages().map((stage) => [stageWords(stage), STAGE_STATUS[stage]]),
    ),
    '## Last lines of a process',
    'What a dyno wrote between its start and its exit. If no rule recognizes it, the last three lines are quoted.',
    table(
      ['written', 'read as', 'fix'],
      WORDS.map((lines) => wordsRow(lines, facts)),
    ),
  ].join('\n\n')}\n`;
}

function diagnosisOf(evidence: Evidence, facts: Facts): Diagnosis {
  return diagnose(evidence, { now: NOW, target: targetOf(facts), facts }, { tookMs: 0, limits: [] });
}

function targetOf({ targets }: Facts): Target {
  const target = targets.find(({ gated }) => gated) ?? targets[0];
  if (!target) throw new Error('the runbook file names no target');
  return target;
}

function stages(): RunStage[] {
  // The keys of the table are its stages, by its type.
  return Object.keys(STAGE_STATUS) as RunStage[];
}

function thresholds(): string[][] {
  return [
    ['a dyno has recovered when it has been up, without a restart, for more than', formatLimit(RECOVERED_MS)],
    ['a code of a dyno is current while its newest line is younger than', formatLimit(RECENT_MS)],
    ['requests are judged over the last', formatLimit(TRAFFIC_MS)],
    [
      'users are affected when at least this share of the requests fails, and this many',
      `${formatPercent(FAILING_SHARE)}, ${FAILING_LEAST}`,
    ],
    [
      'clients that give up count when they are at least this share of the requests',
      formatPercent(ABANDONED_SHARE),
    ],
    ['a crash loop is this many crashes in one release', String(CRASH_LOOP)],
    ['"repeated" R10 is this many', String(REPEATED_R10)],
    ['a failed release is a failure for', formatLimit(FAILED_IS_FRESH_MS)],
  ];
}

const CODES: readonly (readonly [code: string, words: string])[] = [
  ['H10', 'App crashed'],
  ['H11', 'Backlog too deep'],
  ['H12', 'Request timeout'],
  ['H13', 'Connection closed without response'],
  ['H14', 'No web processes running'],
  ['H15', 'Idle connection'],
  ['H17', 'Poorly formatted HTTP response'],
  ['H18', 'Server Request Interrupted'],
  ['H19', 'Backend connection timeout'],
  ['H20', 'App boot timeout'],
  ['H21', 'Backend connection refused'],
  ['H22', 'Connection limit reached'],
  ['H27', 'Client Request Interrupted'],
  ['H28', 'Client Connection Idle'],
  ['H34', 'All up dynos are quarantined'],
  ['H80', 'Maintenance mode'],
  ['H81', 'Blank app'],
  ['H82', "You've used up your dyno hour pool"],
  ['H99', 'Platform error'],
  ['R10', 'Boot timeout'],
  ['R12', 'Exit timeout'],
  ['R14', 'Memory quota exceeded'],
  ['R15', 'Memory quota vastly exceeded'],
  ['R17', 'Checksum error'],
  ['R99', 'Platform error'],
  ['L10', 'output buffer overflow'],
  ['L15', 'Tail buffer temporarily unavailable'],
];

/** The codes with which the dyno is down. */
const ENDING = new Set(['H10', 'R10', 'R15']);
/** HTTP statuses other than 503. */
const HTTP_STATUS: Readonly<Record<string, number>> = { H18: 200, H27: 499, H28: 499 };
const ALMOST_NOW = [50, 30, 10];

function codeRow(code: string, words: string, ask: (more: Partial<Evidence>) => Diagnosis): string[] {
  const lines = ALMOST_NOW.map((ago) => codeLine(ago, code, words));
  const crash = '9 heroku[web.1]: State changed from starting to crashed';
  const isEnding = ENDING.has(code);
  const found = ask({
    logs: logOf(...lines, ...(isEnding ? [crash] : [])),
    ...(isEnding ? { dynos: dynoIn('crashed', 9) } : {}),
  });
  const modes = found.modes.map(
    (mode) => `${mode.id}${mode.code ? `/${mode.code}` : ''}, ${mode.confidence}`,
  );
  const conditions = found.escalations.map(({ condition }) => `condition ${condition}`);
  const verdict = isEnding ? `${found.verdict}, with the dyno` : found.verdict;
  return [
    `${code} ${words}`,
    statusOf(found, 'logs'),
    verdict,
    list(modes),
    list(conditions),
    offersOf(found),
  ];
}

function codeLine(ago: number, code: string, words: string): string {
  if (!code.startsWith('H')) {
    const process = code.startsWith('L') ? 'logplex' : 'web.1';
    return `${ago} heroku[${process}]: Error ${code} (${words})`;
  }
  return `${ago} heroku[router]: at=error code=${code} desc="${words}" method=GET path="/" host=h request_id=i fwd="x" dyno= connect= service= status=${HTTP_STATUS[code] ?? 503} bytes=0`;
}

const STATES: readonly (readonly [state: string, seconds: number])[] = [
  ['up', 10_800],
  ['starting', 30],
  ['starting', 120],
  ['idle', 3_600],
  ['crashed', 30],
  ['down', 30],
  ['quarantined', 30],
];

type Health = Extract<Evidence['health'], { ok: true }>['value'];

const ANSWERS: readonly (readonly [name: string, answer: Health])[] = [
  ['200', { kind: 'http', status: 200, ms: 84 }],
  ['200 with `{"status":"degraded"}`', { kind: 'http', status: 200, ms: 84, report: { status: 'degraded' } }],
  ['301', { kind: 'http', status: 301, ms: 84 }],
  ['401', { kind: 'http', status: 401, ms: 84 }],
  ['403', { kind: 'http', status: 403, ms: 84 }],
  ['404', { kind: 'http', status: 404, ms: 84 }],
  ['429', { kind: 'http', status: 429, ms: 84 }],
  ['500', { kind: 'http', status: 500, ms: 84 }],
  ['404 "No such app" of Heroku', { kind: 'http', status: 404, ms: 84, herokuPage: 'no-such-app' }],
  [
    '503 "Application error" of Heroku',
    { kind: 'http', status: 503, ms: 84, herokuPage: 'application-error' },
  ],
  ['no response in time', { kind: 'timeout', detail: 'no answer', ms: 5_000 }],
];

const current = release(42, { current: true });
const HOUR = 3_600_000;

const RELEASES: readonly (readonly [name: string, more: Partial<Evidence>])[] = [
  ['a deploy that succeeded', { releases: seen([current]) }],
  [
    'one that failed an hour ago',
    { releases: seen([release(43, { status: 'failed', createdAt: NOW - HOUR }), current]) },
  ],
  [
    'one that failed 25 hours ago',
    { releases: seen([release(43, { status: 'failed', createdAt: NOW - 25 * HOUR }), current]) },
  ],
  ['one that is pending', { releases: seen([release(43, { status: 'pending' }), current]) }],
  [
    'an image instead of a slug',
    { releases: seen([release(42, { current: true, slugId: null, imageId: 'i1' })]), slug: seen(null) },
  ],
  [
    'config vars only, and no dyno',
    {
      releases: seen([release(2, { current: true, slugId: null, description: 'Set A config vars' })]),
      slug: seen(null),
      dynos: seen([]),
    },
  ],
];

const TRACE = ['Traceback (most recent call last):', '  File "/app/raptor/settings.py", line 9, in <module>'];

const WORDS: readonly (readonly string[])[] = [
  [...TRACE, '    KEY = os.environ["SESSION_SECRET"]', "KeyError: 'SESSION_SECRET'"],
  [...TRACE, '    return book[symbol]', "KeyError: 'NVDA'"],
  [
    ...TRACE,
    'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings',
    'database_url',
    '  Field required [type=missing]',
  ],
  [...TRACE, "ModuleNotFoundError: No module named 'jwt'"],
  [...TRACE, "ModuleNotFoundError: No module named 'raptor.quotes'"],
  [...TRACE, "ImportError: cannot import name 'url_quote' from 'werkzeug.urls'"],
  ['bash: line 1: gunicorn: command not found'],
  ['bash: ./start.sh: Permission denied'],
  ['Error: No such option: --prot'],
];

function wordsRow(lines: readonly string[], facts: Facts): string[] {
  const written = lines.map((text) => ({ at: NOW - 60_000, source: 'app', process: 'web.1', text }));
  const cause = causeOf(written, 'gunicorn raptor.wsgi');
  const target = targetOf(facts);
  const fix = cause ? (causeWords(cause).fix ?? []).map((text) => fillIn(text, facts, target)) : [];
  return [
    `\`${lines.at(-1)?.trim().startsWith('Field') ? lines.at(-3) : lines.at(-1)}\``,
    cause?.kind.replaceAll('_', ' ') ?? '',
    list(fix),
  ];
}

function statusOf({ findings }: Diagnosis, id: CheckId): string {
  return findings.find((finding) => finding.id === id)?.status ?? '';
}

function summaryOf({ findings }: Diagnosis, id: CheckId): string {
  return findings.find((finding) => finding.id === id)?.summary ?? '';
}

function offersOf({ actions }: Diagnosis): string {
  return list(actions);
}

function list(items: readonly string[]): string {
  return items.join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
