/** Why a process ended, as far as what it wrote shows. */

export type Cause = Reason & {
  /** Lines for people, the most useful first. */
  readonly evidence: readonly string[];
  /** The app's own error: `ConnectionRefusedError: [Errno 111]`; null if it names none. */
  readonly error: string | null;
};

export type Reason =
  /** A config var that the code reads is not set. */
  | { readonly kind: 'config_var'; readonly names: readonly string[] }
  /** A settings class lacks these fields; it does not say what the variables for them are called. */
  | { readonly kind: 'settings'; readonly names: readonly string[] }
  /** A library could not be imported. Its name is that of the import, not of the package. */
  | { readonly kind: 'module'; readonly name: string }
  /** One of the app's own modules is not in the release. */
  | { readonly kind: 'own_module'; readonly name: string }
  /** A library is installed in a version that lacks what the code uses. */
  | { readonly kind: 'version'; readonly library: string }
  /** The command itself cannot be run. */
  | { readonly kind: 'command'; readonly name: string; readonly why: 'not_found' | 'not_permitted' }
  /** The server listens where Heroku's router does not connect. */
  | { readonly kind: 'address'; readonly address: string }
  /** An error with a traceback, of no kind above. */
  | { readonly kind: 'error' }
  /** Nothing was recognized: the last lines before the exit. */
  | { readonly kind: 'words' };
