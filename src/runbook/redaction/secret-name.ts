/**
 * Decides whether a variable, key, flag or element with this name holds a secret, judged by the words of the name in
 * any style.
 */

/**
 * The strength decides what is hidden after a name: for `password` anything, for `secret` anything that is not plainly
 * a word of a message, for `weak` (a `key`, a `session`, a `signature`) only what looks random.
 */
export type NameStrength = 'password' | 'secret' | 'weak';

/** A name without any of these needs no further check. */
const STEM =
  /pass|pw|secret|token|key|cred|auth|sess|sid|cookie|sig|hmac|otp|jwt|bearer|csrf|xsrf|salt|phrase|seed|verifier|assertion|saml/i;
const LONGEST = 80;

const PASSWORDS = words('password passwd passwort passphrase passcode pwd pw pswd otp totp');
const SECRETS = words('secret token jwt bearer');
const WEAK = words(
  'tokens secrets credential credentials creds cred auth session sess sessionid sid phpsessid jsessionid cookie csrf xsrf signature sig hmac salt seed verifier assertion passwords',
);
/** Words that may follow the decisive one without changing its meaning. */
const NEUTRAL = words(
  'base old new primary secondary prod production staging live test dev value val hash hashed digest enc encrypted b64 base64 hex plain plaintext raw string str text header current previous next default env data confirm confirmation again repeat',
);

/** The things that a `key` may open. */
const KEYS_OF_SECRETS = words(
  'api secret access private signing sign encryption encrypt encrypted decryption fernet hmac master crypto cipher aes rsa account shared auth authentication session webhook consumer client service admin deploy ssh license root jwt subscription storage app application write ingest integration server security cookie',
);
const KEYS_OF_DATA = words(
  'public pub cache primary foreign partition sort routing idempotency index object unique composite dict map lookup natural surrogate row hash range group message translation i18n locale config setting feature flag issue project arrow enter lock job task event metric label dedup dedupe sentry_public publishable missing unknown duplicate extra unexpected',
);

/** Names written as one word: `PGPASSWORD`, `apikey`, `PHPSESSID`. */
const ENDINGS: readonly (readonly [NameStrength, RegExp])[] = [
  ['password', /(?:password|passwd|passphrase|passwort|dbpass|userpass|smtppass|mysqlpwd)$/],
  [
    'secret',
    /(?:secret|token|apikey|secretkey|accesskey|privatekey|accountkey|masterkey|authkey|signingkey)$/,
  ],
  ['weak', /(?:sessionid|sessid|sesskey)$/],
];

/** Returns null if the name does not make its value a secret. */
export function nameStrength(name: string): NameStrength | null {
  if (!STEM.test(name)) return null;
  return strengthOf(wordsOf(name.length > LONGEST ? name.slice(-LONGEST) : name));
}

function strengthOf(parts: readonly string[]): NameStrength | null {
  let end = parts.length;
  while (end > 1 && isNeutral(parts[end - 1] ?? '')) end -= 1;
  const last = parts[end - 1] ?? '';
  const before = parts[end - 2] ?? '';
  if (last === 'id') return ofId(parts.slice(0, end - 1));
  if (last === 'key' || last === 'keys') return ofKey(before);
  if (before === 'saml' && (last === 'response' || last === 'request')) return 'weak';
  if (last === 'pass') return end > 1 ? 'password' : 'weak';
  if (PASSWORDS.has(last)) return 'password';
  if (SECRETS.has(last)) return 'secret';
  if (WEAK.has(last)) return 'weak';
  const tail = last.replace(/\d{1,3}$/, '');
  if (PASSWORDS.has(tail)) return 'password';
  if (SECRETS.has(tail)) return 'secret';
  return ENDINGS.find(([, ending]) => ending.test(tail))?.[0] ?? null;
}

function isNeutral(word: string): boolean {
  return NEUTRAL.has(word) || /^v?\d{1,4}$/.test(word);
}

function ofKey(before: string): NameStrength | null {
  if (KEYS_OF_DATA.has(before)) return null;
  return KEYS_OF_SECRETS.has(before) ? 'secret' : 'weak';
}

/** The id of a key, a secret or a session is half of a credential. A token's id only says which token it is. */
function ofId(before: readonly string[]): NameStrength | null {
  const last = before.at(-1) ?? '';
  if (last === 'key') return ofKey(before.at(-2) ?? '') === 'secret' ? 'weak' : null;
  return last === 'secret' || last === 'session' || last === 'sess' ? 'weak' : null;
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_.-]+/)
    .filter((word) => word !== '');
}

function words(spaced: string): ReadonlySet<string> {
  return new Set(spaced.split(' '));
}
