/** Documents Heroku's error codes: what a diagnosis concludes if the log has one of them. */
import { dynoIn, logOf } from './healthy-world.ts';
import { type Ask, list, offersOf, statusOf, table } from './table.ts';

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

/** The codes that mean the dyno is down. */
const ENDING = new Set(['H10', 'R10', 'R15']);
/** HTTP statuses other than 503. */
const HTTP_STATUS: Readonly<Record<string, number>> = { H18: 200, H27: 499, H28: 499 };
const ALMOST_NOW = [50, 30, 10];

export function logCodes(ask: Ask): string {
  return table(
    ['code', '`logs`', 'verdict', 'failure mode', 'pages for', 'offers'],
    CODES.map(([code, words]) => codeRow(code, words, ask)),
  );
}

function codeRow(code: string, words: string, ask: Ask): string[] {
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
  const verdict = isEnding ? `${found.verdict}, because the dyno dies too` : found.verdict;
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
