/** Finds the cause of a failure in a Python traceback. */
import type { LogLine } from '../model/heroku.ts';
import { appErrorIn } from './app-error.ts';
import type { Cause, Reason } from './cause.ts';
import {
  type ErrorChain,
  type Frame,
  frameWords,
  type RaisedError,
  readErrorChains,
} from './python-traceback.ts';

const SHOWN_FRAMES = 2;
const SHOWN_LINES = 3;

/** The last failure that was printed is the one that ended the process. Returns null if none is recognized. */
export function pythonCause(output: readonly LogLine[], command: string | null): Cause | null {
  const chain = readErrorChains(output).at(-1);
  const last = chain?.at(-1);
  if (!chain || !last) return null;
  const reason = chain.map((raised) => ofError(raised, command)).find((found) => found !== null);
  // Without a traceback a line may only look like an error, so it is quoted among the last lines instead.
  if (!reason && last.form !== 'traceback') return null;
  const { errors, lines } = readChain(chain);
  return { ...(reason ?? { kind: 'error' }), evidence: lines, error: appErrorIn(errors) };
}

interface ReadChain {
  /** The innermost error, then the one that was raised from it. */
  readonly errors: readonly string[];
  /** Lines to show to people: the errors, then where they were raised. */
  readonly lines: readonly string[];
}

function readChain(chain: ErrorChain): ReadChain {
  const [innermost, ...others] = chain.toSorted(
    (one, other) => Number(isGroup(one)) - Number(isGroup(other)),
  );
  if (!innermost) return { errors: [], lines: [] };
  const more = innermost.more.filter((line) => !LOG_LINE.test(line)).slice(0, SHOWN_LINES);
  const wrapper = others.at(-1);
  const error = [innermost.error, ...more].join(' ').trim();
  return {
    errors: [error, ...(wrapper ? [wrapper.error] : [])],
    lines: [
      error,
      ...(wrapper ? [`raised as ${wrapper.error}`] : []),
      ...framesShown(innermost, chain).map(frameWords),
    ],
  };
}

/** Text that a logger wrote after the error is not part of its message. */
const LOG_LINE = /^\[|^\S+ \[|\b(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b/;

/**
 * Returns where the error was raised, and the last line of the app's own code on the way there, if any error of the
 * chain shows one.
 */
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

function ofError(raised: RaisedError, command: string | null): Reason | null {
  return configVar(raised) ?? settings(raised) ?? missingModule(raised, command) ?? otherVersion(raised);
}

/** Messages in which libraries say outright that an environment variable is not set. */
const SAID_UNSET: readonly RegExp[] = [
  /\bSet the (\w+) environment variable/,
  /\b(\w+) not found\. Declare it as envvar/,
  /[Ee]nvironment variable "?'?`?(?!is\b|was\b|not\b)(\w+)`?'?"? (?:is )?(?:not set|not found|missing|required|must be set|undefined)/,
  /[Mm]issing (?:required )?environment variable:? "?'?`?(\w+)/,
  /Config '(\w+)' is missing/,
  /\b([A-Z][A-Z0-9_]{2,}) (?:environment variable|env var) (?:is )?(?:not set|missing|required|must be set)/,
];

function configVar({ error, frames }: RaisedError): Reason | null {
  const name = SAID_UNSET.map((form) => form.exec(error)?.[1]).find((found) => found !== undefined);
  if (name !== undefined) return { kind: 'config_var', names: [name] };
  const key = /^KeyError: ['"](\w+)['"]$/.exec(error)?.[1];
  return key !== undefined && readsEnvironment(frames) ? { kind: 'config_var', names: [key] } : null;
}

/** A key is an environment variable only if the failing line reads the environment. */
function readsEnvironment(frames: readonly Frame[]): boolean {
  const own = frames.filter(({ file }) => !isOsModule(file));
  const failed = own.at(-1);
  return failed?.code != null && /\benviron\b|\bgetenv\b/i.test(failed.code);
}

function isOsModule(file: string): boolean {
  return file === '<frozen os>' || /\/os\.py$/.test(file);
}

const FIELD = /^([A-Za-z_][\w.]*)$/;

/** Parses pydantic's `2 validation errors for Settings`, which is followed by each field's name on its own line. */
function settings({ error, more }: RaisedError): Reason | null {
  if (!/\bvalidation errors? for \w*(?:Settings|Config|Env)\w*/i.test(error)) return null;
  const names = more.flatMap((line, index) => {
    const name = FIELD.exec(line.trim())?.[1];
    return name !== undefined && /Field required|field required|missing/.test(more[index + 1] ?? '')
      ? [name]
      : [];
  });
  return names.length === 0 ? null : { kind: 'settings', names };
}

function missingModule({ error, frames }: RaisedError, command: string | null): Reason | null {
  const name = /^(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?/.exec(error)?.[1];
  if (name === undefined) return null;
  return { kind: isOwn(name, frames, command) ? 'own_module' : 'module', name };
}

/** Recognizes a library that lacks a name or an attribute that another version of it has. */
function otherVersion({ error, frames }: RaisedError): Reason | null {
  const name =
    /^ImportError: cannot import name '[^']+' from '([\w.]+)'/.exec(error)?.[1] ??
    /^AttributeError: module '([\w.]+)' has no attribute/.exec(error)?.[1];
  if (name === undefined || isOwn(name, frames, null)) return null;
  return { kind: 'version', library: rootOf(name) };
}

/** Returns true if the command names the module, or the app's own files are in a package of that name. */
function isOwn(name: string, frames: readonly Frame[], command: string | null): boolean {
  const root = rootOf(name);
  if (command !== null && modulesIn(command).includes(root)) return true;
  return frames.some(({ file }) => file.startsWith(`/app/${root}/`) || file === `/app/${root}.py`);
}

/** Options whose value is the app's own module even without a dot or a colon, and options whose value is a library. */
const OWN_NEXT: ReadonlySet<string> = new Set(['-A', '--app']);
const LIBRARY_NEXT: ReadonlySet<string> = new Set(['-k', '--worker-class']);
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::\w+)?(?:\(\))?$/;

/** Finds `raptor` in `gunicorn raptor.wsgi:application`: the module that a server runs has a dot or a colon. */
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

/**
 * Returns the newest error that the app printed while it kept running, for failing requests. Returns null when there is
 * none.
 */
export function newestError(output: readonly LogLine[]): string | null {
  const chain = readErrorChains(output).findLast((one) => one.some(({ form }) => form === 'traceback'));
  if (!chain) return null;
  const [error, ...where] = readChain(chain).lines;
  const frame = where.at(-1);
  return frame === undefined ? (error ?? null) : `${error} (${frame})`;
}
