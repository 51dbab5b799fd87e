/** Decides whether the text after a secret's name is its value, or says something about it that a diagnosis needs. */
import { type NameStrength, nameStrength } from './secret-name.ts';
import { isMark } from './span.ts';

/** The connection between the name and the value. */
export type Join =
  /** `name=value`, `{"name": "value"}`, `<name>value</name>`, `--name=value`. */
  | 'assigned'
  /** `name: value` without quotes, which is a message as often as a setting. */
  | 'colon'
  /** `?name=value`. */
  | 'query'
  /** `the name is value`, `name "value"`: a secret unless it is a word of a message. */
  | 'said'
  /** `name value`, `("name", "value")`: a secret only if it looks random. */
  | 'loose';

export interface Candidate {
  readonly strength: NameStrength;
  readonly join: Join;
  readonly isQuoted: boolean;
  readonly value: string;
  /** The word that follows the value; empty at the end. */
  readonly next: string;
}

/** Anything longer is not a word, a name or a sentence. */
const LONGEST_WORDS = 200;

export function isSecretValue(candidate: Candidate): boolean {
  const { strength, join, value } = candidate;
  // The cheap test comes first, because it settles most of what follows a weak name.
  const needsRandom = strength === 'weak' && join !== 'query';
  if (value === '' || (needsRandom && (!isRandom(value) || isCommonId(value)))) return false;
  if (isMark(value) || isPlaceholder(value)) return false;
  if (join === 'loose') return isLoose(candidate);
  if (join === 'said') return isSaid(candidate);
  if (value.length > LONGEST_WORDS) return strength !== 'weak' || isRandom(value);
  return !saysWhich(candidate) && isWritten(candidate);
}

/** Returns true if the text says which secret it is, or where it is kept, but not its value. */
function saysWhich({ isQuoted, value }: Candidate): boolean {
  return isConstant(value) || isNameOfSecret(value) || isPath(value) || (!isQuoted && isCode(value));
}

function isWritten(candidate: Candidate): boolean {
  const { strength, join, isQuoted, value } = candidate;
  if (strength === 'weak') return join !== 'query' || isInQuery(value);
  if (/^[\d.,]+(?:ms|s|m|h|d|k|kb|mb|%)?$/i.test(value)) return isSecretNumber(candidate);
  return isQuoted || join === 'query' ? !isMessage(value) : isSecretWord(candidate);
}

function isInQuery(value: string): boolean {
  return value.length >= 6 && (/\d/.test(value) || isRandom(value)) && !/^[\d.,]{1,12}$/.test(value);
}

/** Without quotes, a single word may be a setting, or the beginning of a message. */
function isSecretWord({ strength, join, value, next }: Candidate): boolean {
  if (isKnownWord(value) || ALGORITHM.test(value) || DATE.test(value)) return false;
  const isWord = /^[A-Za-z]+[.!?,]?$/.test(value);
  if (join === 'colon' && next !== '' && (isWord || isKnownWord(next)) && !isRandom(value)) return false;
  if (!isWord) return value.length >= 3;
  // A type name (`SecretStr`, `AccessKey`) has two capitals.
  if (/^(?:[A-Z][a-z]+){2,}$/.test(value) && join === 'colon') return false;
  if (value.length > 24) return true;
  if (strength === 'password') return value.length >= (join === 'colon' ? 6 : 4);
  return value.length >= (join === 'colon' ? 16 : 8);
}

function isLoose(candidate: Candidate): boolean {
  const { strength, value } = candidate;
  if (strength === 'password' && value.length >= 8 && !/^[A-Za-z]{1,10}[-_]?\d{1,4}$/.test(value))
    return isSaid(candidate);
  return isRandom(value) && !(strength === 'weak' && isCommonId(value));
}

function isSaid({ strength, value }: Candidate): boolean {
  if (isRandom(value)) return !(strength === 'weak' && isCommonId(value));
  if (strength === 'password' && /^\d{4,}$/.test(value)) return true;
  const isMixture = value.length >= 6 && /\d/.test(value) && /[A-Za-z]/.test(value);
  return (
    isMixture &&
    strength !== 'weak' &&
    !/\s/.test(value) &&
    !ALGORITHM.test(value) &&
    !DATE.test(value) &&
    !isPath(value)
  );
}

/** Counts and limits may follow `token`; a password may be a number. */
function isSecretNumber({ strength, join, value }: Candidate): boolean {
  const digits = value.replace(/\D/g, '').length;
  if (strength === 'password') return digits >= 4 && /^\d+$/.test(value);
  return digits >= (join === 'query' ? 6 : 12);
}

const PLACEHOLDER =
  /^(?:<[^<>]{0,80}>?|\[[A-Za-z _-]{0,80}\]?|\([A-Za-z _-]{0,80}\)?|\{\{?[A-Za-z_ .]{0,80}\}{0,2}|\$\{?[A-Za-z_][\w.:-]{0,80}\}?|\$\(.{0,80}|\$\d{1,2}|%\(?[A-Za-z_]{0,40}\)?[sdr]?%?|:[a-z_]{1,40}|[!&*][A-Za-z_-]{1,40}|\?|#\{[^{}]{0,80}\}?)$/;

/** Recognizes placeholders for a value that was left out, or that will be filled in. */
export function isPlaceholder(value: string): boolean {
  if (/^(?:\*+|•+|\.+|x{3,}|X{3,}|#+|_+|-+|…|[{[(<]+)$/.test(value)) return true;
  if (/^.{0,8}\*{3,}.{0,4}$/.test(value)) return true;
  return PLACEHOLDER.test(value);
}

function isConstant(value: string): boolean {
  return /^(?:none|null|nil|true|false|undefined|nan|yes|no|on|off|ok|n\/a|tbd|todo|\d)$/i.test(value);
}

/** Recognizes a name rather than a value: `STRIPE_SECRET_KEY`, `db_password`. */
function isNameOfSecret(value: string): boolean {
  if (!/^[A-Za-z]+(?:[_-][A-Za-z]+)*$/.test(value)) return false;
  if (/^[A-Z]+(?:_[A-Z]+)+$/.test(value)) return true;
  return nameStrength(value) !== null;
}

/** Examples: `/run/secrets/db`, `./certs/key.pem`. */
function isPath(value: string): boolean {
  return /^(?:\.{1,2}|~)?(?:\/[a-z_.-]{1,40}){1,12}\/?$/i.test(value);
}

/** Recognizes an expression that returns the value: `os.environ['X']`, `settings.SECRET_KEY`, `get_token(request)`. */
function isCode(value: string): boolean {
  if (/^(?:await|lambda|new|not|self|this|typeof|async|return)$/.test(value)) return true;
  const head = /^[A-Za-z_]+(?:\d{0,2}(?:\?\.|\.|::)[A-Za-z_]+)*/.exec(value)?.[0] ?? '';
  if (head === '') return false;
  const rest = value.slice(head.length);
  if (/^(?:\(|\[)/.test(rest)) return true;
  return rest === '' && /[.:]/.test(head) && head.length <= 80;
}

const ALGORITHM =
  /^(?:sha|md|hs|rs|es|ps|ed|aes|des|rsa|ec|oauth|http|https|utf|base|bcrypt|argon|pbkdf|scrypt|v|tls|ssl|ipv|x)-?\d{1,4}(?:mb4|url|id|[-_.][a-z0-9]{1,8})?$/i;
const DATE = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Words of messages about a value, also after `un`, `in` or `not`. */
const KNOWN = new Set(
  'about absent access accepted active after again all already also an and any api are argument array as at auth authentication authorization authorized available bad basic be bearer been before blank bool boolean but by bytes can cannot changed char check cleared configured contains correct could created decode decoded default defined denied deprecated did digest disabled does doesn empty enabled encoded ensure error exceeded exists expected expire expired expires failed failure false field file float for form format found from generated given good guest had has have header hidden if ignored in include incorrect input int integer invalid invalidated is issued it key keys length loaded lookup malformed match matched may mismatch missing mixed model must negotiate newline no none not null number object of ok old omit omitted one only optional or parse parsed passed password passwords pending please present protected provided query read received redacted refresh refreshed rejected renewed replaced request require required reset returned revoked rotated same secret secrets seems set should signature signed str string success succeeded supplied text than that the their there this to token tokens too type unable undefined unexpected unknown unset unsupported update updated use used user username using valid validated validation value verified verify via was weak were when which will with without wrong you your filtered masked plain auto dict list tuple set map any self env environment variable var config setting settings header headers cookie cookies body param params parameter property attribute name names id ids manager provider service storage store backend policy rule rules strategy middleware'.split(
    ' ',
  ),
);

function isKnownWord(word: string): boolean {
  const bare = word.toLowerCase().replace(/[.,:;!?'")\]}]+$/, '');
  if (KNOWN.has(bare)) return true;
  return (
    /^(?:un|in|im|non|mis|re|pre)[a-z]+$/.test(bare) &&
    KNOWN.has(bare.replace(/^(?:un|in|im|non|mis|re|pre)-?/, ''))
  );
}

/** Recognizes a quoted sentence: `"This field is required."`. A passphrase has other words. */
function isMessage(value: string): boolean {
  const words = value.split(/\s+/, 40).filter((word) => word !== '');
  if (words.some((word) => word.length >= 8 && /\d/.test(word) && !DATE.test(word))) return false;
  if (words.length === 1) return isKnownWord(value) && value.length < 24;
  return words.filter((word) => isKnownWord(word)).length * 3 >= words.length;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Recognizes the identifiers of a request or an object, which appear in every second log line. */
function isCommonId(value: string): boolean {
  return UUID.test(value);
}

/** This many characters of a long text are enough to judge it. */
const TELLING = 120;

/**
 * Returns true for text that is not a word: letters and digits mixed over some length, or letters of both cases in a
 * way that no name has.
 */
export function isRandom(value: string): boolean {
  if (value.length < 12) return false;
  const text = value.slice(0, TELLING);
  // Without one of these, the text is words and punctuation.
  if (!/\d|[a-z][A-Z]/.test(text) || !/[A-Za-z0-9]{12}|[A-Za-z0-9+/=_-]{20}/.test(text)) return false;
  return (text.match(/[A-Za-z0-9]{12,}/g) ?? []).some(isRandomPart) || isScattered(text);
}

function isRandomPart(part: string): boolean {
  return isMixed(part) || changesCase(part);
}

function isMixed(part: string): boolean {
  const digits = countOf(part, /\d/g);
  return (
    digits >= 2 &&
    digits < part.length &&
    !/^[A-Za-z]{3,}\d{1,6}$/.test(part) &&
    !/^\d+[a-z]{1,4}$/i.test(part)
  );
}

function changesCase(part: string): boolean {
  return part.length >= 16 && countOf(part, /[a-z][A-Z]/g) >= 3 && /[A-Z]{2}/.test(part);
}

/** Base64 has its symbols anywhere, which leaves many short parts, each of them mixed. */
function isScattered(text: string): boolean {
  if (text.length < 20 || !/^[A-Za-z0-9+/=_-]+$/.test(text)) return false;
  return [/\d/g, /[A-Z]/g, /[a-z]/g].every((kind) => countOf(text, kind) >= 2);
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
