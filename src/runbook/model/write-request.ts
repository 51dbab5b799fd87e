/**
 * One request that changes something outside, as data: a pure function decides what to send, and an adapter sends it
 * once.
 */

export interface WriteRequest {
  readonly api: 'heroku' | 'github';
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The response holds values that nobody may read, so it is dropped. */
  readonly secretAnswer?: boolean;
  /** The request is sent with the token that is reserved for this kind of change. */
  readonly token?: 'admin';
  /** A value that GitHub accepts only when sealed with the repository's public key. */
  readonly sealed?: string;
}

/**
 * The result of a write. `unknown`: it may have taken effect, so the result is observed, never assumed. `words`: the
 * reason, as a clause without a period.
 */
export type WriteResult =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'unknown'; readonly words: string };
