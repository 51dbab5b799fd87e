/** One request that changes something outside, as data: a pure function says what is sent, an adapter sends it once. */

export interface WriteRequest {
  readonly api: 'heroku' | 'github';
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The answer holds values that nobody may read, so it is dropped. */
  readonly secretAnswer?: boolean;
  /** Sent with the token that is reserved for this kind of change. */
  readonly token?: 'admin';
  /** A value that GitHub accepts only sealed with the repository's public key. */
  readonly sealed?: string;
}

/**
 * How a write ended. `unknown`: it may have taken effect; what happened is then observed, never assumed. `words`: why, as a
 * clause without a full stop.
 */
export type WriteResult =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'unknown'; readonly words: string };
