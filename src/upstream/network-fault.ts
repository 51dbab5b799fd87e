/** Explains why a request got no response, from the system's error codes. Codes are stable; messages are not. */
import { wordsFromOutside } from '../runbook/text/harmless.ts';

export interface NetworkFault {
  readonly kind: 'timeout' | 'refused' | 'reset' | 'tls' | 'dns' | 'unreachable';
  /** The system's code or message, for example `ECONNREFUSED`. */
  readonly detail: string;
}

const LONGEST_DETAIL = 200;

const KINDS: readonly (readonly [NetworkFault['kind'], RegExp])[] = [
  ['timeout', /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/],
  ['refused', /^ECONNREFUSED$/],
  ['reset', /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_\w+)$/],
  ['dns', /^(ENOTFOUND|EAI_AGAIN)$/],
  ['tls', /CERT|TLS|SSL|^EPROTO$|SIGNATURE|ISSUER/],
];

const WORDS: Readonly<Record<NetworkFault['kind'], string>> = {
  timeout: 'no response in time',
  refused: 'connection refused',
  reset: 'connection closed before a response',
  tls: 'TLS error',
  dns: 'host name not found',
  unreachable: 'unreachable',
};

/** Searches the chain of causes, because fetch and octokit wrap the socket's error. */
export function networkFault(error: unknown): NetworkFault {
  const chain = causesOf(error);
  if (chain.some(({ name }) => name === 'TimeoutError' || name === 'AbortError')) {
    return { kind: 'timeout', detail: 'no response in time' };
  }
  const code = chain.map((one) => one.code).find((found) => typeof found === 'string');
  const innermost = chain.at(-1)?.message;
  // Some messages quote the server's certificate.
  const said = typeof innermost === 'string' && innermost !== '' ? innermost : String(error);
  const detail = code ?? wordsFromOutside(said, LONGEST_DETAIL);
  const kind = KINDS.find(([, form]) => form.test(detail))?.[0] ?? 'unreachable';
  return { kind, detail };
}

/** Returns words such as `connection refused (ECONNREFUSED)`. */
export function faultWords({ kind, detail }: NetworkFault): string {
  return detail === WORDS[kind] ? detail : `${WORDS[kind]} (${detail})`;
}

interface Link {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

const DEEPEST = 5;

function causesOf(error: unknown): Link[] {
  const chain: Link[] = [];
  let link: unknown = error;
  while (typeof link === 'object' && link !== null && chain.length < DEEPEST) {
    chain.push({
      name: Reflect.get(link, 'name'),
      code: Reflect.get(link, 'code'),
      message: Reflect.get(link, 'message'),
    });
    link = Reflect.get(link, 'cause');
  }
  return chain;
}
