/** Defines the reasons for the end of a process, as far as its output shows them. */

export type Cause = Reason & {
  /** Lines to show to people, the most useful first. */
  readonly evidence: readonly string[];
  /** The app's own error, such as `ConnectionRefusedError: [Errno 111]`; null if the app names none. */
  readonly error: string | null;
};

export type Reason =
  /** A config var that the code reads is not set. */
  | { readonly kind: 'config_var'; readonly names: readonly string[] }
  /** A settings class lacks these fields. It does not say what their variables are called. */
  | { readonly kind: 'settings'; readonly names: readonly string[] }
  /** A library could not be imported. The name is that of the import, not of the package. */
  | { readonly kind: 'module'; readonly name: string }
  /** One of the app's own modules is not in the release. */
  | { readonly kind: 'own_module'; readonly name: string }
  /** A library is installed in a version that lacks what the code uses. */
  | { readonly kind: 'version'; readonly library: string }
  /** The command itself cannot be run. */
  | { readonly kind: 'command'; readonly name: string; readonly why: 'not_found' | 'not_permitted' }
  /** The server listens where Heroku's router does not connect. */
  | { readonly kind: 'address'; readonly address: string }
  /** An error with a traceback that fits no kind above. */
  | { readonly kind: 'error' }
  /** Nothing was recognized, so the evidence is the last lines before the exit. */
  | { readonly kind: 'words' };
