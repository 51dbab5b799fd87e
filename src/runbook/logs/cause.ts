/** Why a process ended: what it wrote before it did, told apart as far as that tells, and never further. */
import type { LogLine } from '../model/evidence.ts';
import type { Boot } from './boots.ts';
import {
  type ErrorChain,
  type Frame,
  frameWords,
  type RaisedError,
  readErrorChains,
} from './python-traceback.ts';

export type Cause =
  /** A config var that the code reads is not set. */
  | { readonly kind: 'config_var'; readonly names: readonly string[]; readonly evidence: CauseLines }
  /** A settings class lacks these fields; what their variables are called is not said. */
  | { readonly kind: 'settings'; readonly names: readonly string[]; readonly evidence: CauseLines }
  /** An import of a library failed. Its name is that of the import, not of the package. */
  | { readonly kind: 'module'; readonly name: string; readonly evidence: CauseLines }
  /** A module of the app's own is not in the release. */
  | { readonly kind: 'own_module'; readonly name: string; readonly evidence: CauseLines }
  /** A library is there in a version that lacks what is asked of it. */
  | { readonly kind: 'version'; readonly library: string; readonly evidence: CauseLines }
  /** The command itself cannot be run. */
  | {
      readonly kind: 'command';
      readonly name: string;
      readonly why: 'not_found' | 'not_permitted';
      readonly evidence: CauseLines;
    }
  /** The server listens where Heroku's router does not ask. */
  | { readonly kind: 'address'; readonly address: string; readonly evidence: CauseLines }
  /** An error that says for itself what it is. */
  | { readonly kind: 'error'; readonly evidence: CauseLines }
  /** Nothing was recognised: the last words. */
  | { readonly kind: 'words'; readonly evidence: CauseLines };

/** Lines for people, most telling first. */
type CauseLines = readonly string[];

const SHOWN_FRAMES = 2;
const SHOWN_WORDS = 3;

/** `command`: what the process was told to run, where that is known. null: the app wrote nothing. */
export function causeOf(words: readonly LogLine[], command: string | null): Cause | null {
  return ofShell(words) ?? ofErrors(words, command) ?? lastWords(words);
}

/** What the shell says when it cannot start what the Procfile names. */
const NOT_FOUND = /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?:exec: )?(.+?): (?:command )?not found$/;
const NO_FILE = /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?:exec: )?(.+?): No such file or directory$/;
const NOT_PERMITTED =
  /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?:exec: )?(.+?): (?:cannot execute: )?Permission denied$/;
const UNBOUND =
  /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?([A-Za-z_]\w*): (?:unbound variable|parameter (?:null or )?not set)$/;

function ofShell(words: readonly LogLine[]): Cause | null {
  for (const { text } of words.toReversed()) {
    const missing = NOT_FOUND.exec(text)?.[1] ?? NO_FILE.exec(text)?.[1];
    if (missing !== undefined) return { kind: 'command', name: missing, why: 'not_found', evidence: [text] };
    const refused = NOT_PERMITTED.exec(text)?.[1];
    if (refused !== undefined)
      return { kind: 'command', name: refused, why: 'not_permitted', evidence: [text] };
    const unbound = UNBOUND.exec(text)?.[1];
    if (unbound !== undefined) return { kind: 'config_var', names: [unbound], evidence: [text] };
  }
  return null;
}

/** The last failure that was printed: the process ended with it. */
function ofErrors(words: readonly LogLine[], command: string | null): Cause | null {
  const chain = readErrorChains(words).at(-1);
  const last = chain?.at(-1);
  if (!chain || !last) return null;
  const evidence = chainWords(chain);
  for (const raised of chain) {
    const cause = ofError(raised, command, evidence);
    if (cause) return cause;
  }
  // Without a traceback a line may only look like an error: then it is quoted, not named.
  return last.form === 'traceback' ? { kind: 'error', evidence } : null;
}

/** The innermost cause first, then what was made of it, then where. */
function chainWords(chain: ErrorChain): readonly string[] {
  const [innermost, ...others] = chain.toSorted(
    (one, other) => Number(isGroup(one)) - Number(isGroup(other)),
  );
  if (!innermost) return [];
  const more = innermost.more.filter((line) => !LOG_LINE.test(line)).slice(0, SHOWN_WORDS);
  const wrapper = others.at(-1);
  return [
    [innermost.error, ...more].join(' ').trim(),
    ...(wrapper ? [`raised as ${wrapper.error}`] : []),
    ...framesShown(innermost, chain).map(frameWords),
  ];
}

/** What a logger wrote after the error is no part of its message. */
const LOG_LINE = /^\[|^\S+ \[|\b(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b/;

/** Where it was raised, and the last line of the app's own on the way there, if any of the chain tells. */
function framesShown({ frames }: RaisedError, chain: ErrorChain): readonly Frame[] {
  const raised = (frames.length > 0 ? frames : (chain.at(-1)?.frames ?? [])).filter(
    ({ file }) => !isOsModule(file),
  );
  const shown = raised.slice(-SHOWN_FRAMES);
  if (shown.some(isOwnFrame)) return shown;
  const own = raised.findLast(isOwnFrame) ?? chain.flatMap((one) => one.frames).findLast(isOwnFrame);
  return own ? [...raised.slice(-1), own] : shown;
}

export function isOwnFrame({ file }: Frame): boolean {
  return file.startsWith('/app/') && !file.includes('/site-packages/') && !file.startsWith('/app/.heroku/');
}

function isGroup({ error }: RaisedError): boolean {
  return /^(?:\w+\.)*(?:Base)?ExceptionGroup\b/.test(error);
}

function ofError(raised: RaisedError, command: string | null, evidence: CauseLines): Cause | null {
  return (
    configVar(raised, evidence) ??
    settings(raised, evidence) ??
    missingModule(raised, command, evidence) ??
    otherVersion(raised, evidence)
  );
}

/** Errors by which libraries say outright that a variable of the environment is not set. */
const SAID_UNSET: readonly RegExp[] = [
  /\bSet the (\w+) environment variable/,
  /\b(\w+) not found\. Declare it as envvar/,
  /[Ee]nvironment variable "?'?`?(?!is\b|was\b|not\b)(\w+)`?'?"? (?:is )?(?:not set|not found|missing|required|must be set|undefined)/,
  /[Mm]issing (?:required )?environment variable:? "?'?`?(\w+)/,
  /Config '(\w+)' is missing/,
  /\b([A-Z][A-Z0-9_]{2,}) (?:environment variable|env var) (?:is )?(?:not set|missing|required|must be set)/,
];

function configVar({ error, frames }: RaisedError, evidence: CauseLines): Cause | null {
  const name = SAID_UNSET.map((form) => form.exec(error)?.[1]).find((found) => found !== undefined);
  if (name !== undefined) return { kind: 'config_var', names: [name], evidence };
  const key = /^KeyError: ['"](\w+)['"]$/.exec(error)?.[1];
  return key !== undefined && readsEnvironment(frames)
    ? { kind: 'config_var', names: [key], evidence }
    : null;
}

/** A key is one of the environment only where the line that failed reads the environment. */
function readsEnvironment(frames: readonly Frame[]): boolean {
  const own = frames.filter(({ file }) => !isOsModule(file));
  const failed = own.at(-1);
  return failed !== undefined && /\benviron\b|\bgetenv\b/i.test(failed.code);
}

function isOsModule(file: string): boolean {
  return file === '<frozen os>' || /\/os\.py$/.test(file);
}

const FIELD = /^([A-Za-z_][\w.]*)$/;

/** pydantic: `2 validation errors for Settings`, then the name of each field on a line of its own. */
function settings({ error, more }: RaisedError, evidence: CauseLines): Cause | null {
  if (!/\bvalidation errors? for \w*(?:Settings|Config|Env)\w*/i.test(error)) return null;
  const names = more.flatMap((line, index) => {
    const name = FIELD.exec(line.trim())?.[1];
    return name !== undefined && /Field required|field required|missing/.test(more[index + 1] ?? '')
      ? [name]
      : [];
  });
  return names.length === 0 ? null : { kind: 'settings', names, evidence };
}

function missingModule(
  { error, frames }: RaisedError,
  command: string | null,
  evidence: CauseLines,
): Cause | null {
  const name = /^(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?/.exec(error)?.[1];
  if (name === undefined) return null;
  return { kind: isOwn(name, frames, command) ? 'own_module' : 'module', name, evidence };
}

/** A library has what is asked for in another version: a name that cannot be imported, an attribute that is not there. */
function otherVersion({ error, frames }: RaisedError, evidence: CauseLines): Cause | null {
  const name =
    /^ImportError: cannot import name '[^']+' from '([\w.]+)'/.exec(error)?.[1] ??
    /^AttributeError: module '([\w.]+)' has no attribute/.exec(error)?.[1];
  if (name === undefined || isOwn(name, frames, null)) return null;
  return { kind: 'version', library: rootOf(name), evidence };
}

/** The command names it, or the app's own files lie in a package of that name. */
function isOwn(name: string, frames: readonly Frame[], command: string | null): boolean {
  const root = rootOf(name);
  if (command !== null && modulesIn(command).includes(root)) return true;
  return frames.some(({ file }) => file.startsWith(`/app/${root}/`) || file === `/app/${root}.py`);
}

/** Options whose value is the app's own module though it has neither dot nor colon, and those whose value is a library's. */
const OWN_NEXT: ReadonlySet<string> = new Set(['-A', '--app']);
const LIBRARY_NEXT: ReadonlySet<string> = new Set(['-k', '--worker-class']);
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::\w+)?(?:\(\))?$/;

/** `raptor` of `gunicorn raptor.wsgi:application`: what a server is told to run has a dot or a colon. */
function modulesIn(command: string): string[] {
  const words = command.split(/\s+/);
  return words
    .filter((word, index) => {
      const before = words[index - 1] ?? '';
      if (!MODULE.test(word) || LIBRARY_NEXT.has(before)) return false;
      return /[.:]/.test(word) || OWN_NEXT.has(before);
    })
    .map((word) => rootOf(word.split(':', 1)[0] ?? word));
}

function rootOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

/** Servers announce at every end that they shut down: that is not why. */
const ROUTINE = /\b(?:INFO|DEBUG)\b|"level": ?"(?:info|debug)"|^\s*$|^(?:Traceback|\s+File )/;

/** A line that begins with an error's name or weight, as other languages and tools print theirs. */
const NAMES_ERROR =
  /^\s*(?:(?:Uncaught |Unhandled )?(?:[A-Za-z_$][\w$]*[.:]+)*[A-Za-z_$]*(?:Error|Exception)(?: \[\w+\])?: |(?:ERROR|FATAL|FAILED|panic|fatal error|error)\b ?[:[(])/;

/** The last lines that the app wrote before its exit, without those that only say that it ends. */
function lastWords(words: readonly LogLine[]): Cause | null {
  const telling = words.filter(({ text }) => !ROUTINE.test(text));
  const said = telling.length > 0 ? telling : words;
  // What follows an error (a stack, its fields, a bracket) is less than the error.
  const error = said.findLastIndex(({ text }) => NAMES_ERROR.test(text));
  const from = error === -1 ? said.length - SHOWN_WORDS : Math.min(error, said.length - SHOWN_WORDS);
  const quoted = said
    .slice(Math.max(0, from))
    .slice(0, SHOWN_WORDS)
    .map(({ text }) => plainWords(text));
  return quoted.length === 0 ? null : { kind: 'words', evidence: quoted };
}

/** Of a line of JSON, what it says to people. */
function plainWords(text: string): string {
  const fields = text.startsWith('{') ? fieldsOf(text) : {};
  const said = ['message', 'msg', 'event', 'error', 'exception']
    .map((field) => fields[field])
    .filter((one) => typeof one === 'string');
  return said.length > 0 ? said.join(': ') : text.trim();
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

/** A server listens on its own machine (`127.0.0.1`), or on every address (`0.0.0.0`) of a port. */
const LISTENS =
  /\b(?:listening|running|started|serving|server)\b(?:(?!connect)[^\n]){0,40}?\b(?:https?:\/\/)?(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]):(\d{2,5})\b/i;
const LISTENS_ON_PORT = /\b(?:listening|running|started)\b(?:(?!connect)[^\n]){0,20}?\bport:? ?(\d{2,5})\b/i;
/** A server that shows where to find it, in whatever words; one that is asked, or cannot be reached, is another one. */
const OFFERED = /\bhttps?:\/\/(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]):(\d{2,5})\b/i;
const ASKS =
  /connect|request|fetch|retry|refused|unreachable|timed? ?out|proxy|upstream|callback|webhook|redis|postgres|error|fail|\b(?:GET|POST|PUT|PATCH|DELETE|HEAD)\b/i;
/** A socket file is no port at all. */
const SOCKET = /\b(?:listening|bound|running|serving)\b[^\n]{0,30}?\b(unix:\/{0,2}\S+)/i;
/** Heroku tries the port all the time: what listened for so long before the kill did not listen on it. */
const TRIED_MS = 5_000;

/**
 * Where the server of a life that Heroku killed with R10 says that it listens: not on `$PORT`. null: it does not say.
 * Heroku writes the command with `$PORT` filled in, so that a port that stands there is the right one.
 */
export function listensElsewhere({
  words,
  command,
  end,
}: Pick<Boot, 'words' | 'command' | 'end'>): Cause | null {
  for (const { at, text } of words) {
    const socket = SOCKET.exec(text)?.[1];
    if (socket !== undefined) return { kind: 'address', address: socket, evidence: [text.trim()] };
    const [, host, ofHost] = LISTENS.exec(text) ?? (ASKS.test(text) ? null : OFFERED.exec(text)) ?? [];
    const port = ofHost ?? LISTENS_ON_PORT.exec(text)?.[1];
    if (port === undefined) continue;
    const isLocal = host !== undefined && host !== '0.0.0.0' && host !== '[::]';
    const wasTried = at !== null && end !== null && end.at - at >= TRIED_MS;
    const isCommanded = command?.includes(port) ?? false;
    if (!isLocal && (isCommanded || !wasTried)) continue;
    const address = host === undefined ? `port ${port}` : `${host}:${port}`;
    return { kind: 'address', address, evidence: [text.trim()] };
  }
  return null;
}

/** What a life ended of. A life that came up is asked for its last minute: what it logged long before is not why. */
export function causeOfEnd(boot: Boot, commandNow: string | null): Cause | null {
  const { words, upAt, end } = boot;
  const last =
    upAt === null || !end ? words : words.filter(({ at }) => at === null || at >= end.at - LAST_MINUTE_MS);
  return causeOf(last, boot.command ?? commandNow);
}

const LAST_MINUTE_MS = 60_000;

/** How many crashes before the last one are asked for the traceback of the same error. */
const EARLIER = 5;

/**
 * What the newest of these lives ended of. One that printed only its error is told with the traceback that an earlier
 * one printed with the very same error. `boots`: those that crashed, oldest first.
 */
export function causeOfCrashes(boots: readonly Boot[], commandNow: string | null): Cause | null {
  const [newest, ...earlier] = boots.slice(-EARLIER).toReversed();
  const cause = newest ? causeOfEnd(newest, commandNow) : null;
  if (!cause) return null;
  const same = earlier
    .map((boot) => causeOfEnd(boot, commandNow))
    .filter((one) => one !== null && one.kind === cause.kind && one.evidence[0] === cause.evidence[0]);
  return same.find((one) => one && one.evidence.length > cause.evidence.length) ?? cause;
}

/** The newest failure that the app printed while it ran on: for requests that fail. null: none. */
export function newestError(words: readonly LogLine[]): string | null {
  const chain = readErrorChains(words).findLast((one) => one.some(({ form }) => form === 'traceback'));
  if (!chain) return null;
  const [error, ...where] = chainWords(chain);
  const frame = where.at(-1);
  return frame === undefined ? (error ?? null) : `${error} (${frame})`;
}
