/** Why a process ended, as far as what it wrote shows. */

export type Cause =
  /** A config var that the code reads is not set. */
  | { readonly kind: 'config_var'; readonly names: readonly string[]; readonly evidence: CauseLines }
  /** A settings class lacks these fields; it does not say what the variables for them are called. */
  | { readonly kind: 'settings'; readonly names: readonly string[]; readonly evidence: CauseLines }
  /** A library could not be imported. Its name is that of the import, not of the package. */
  | { readonly kind: 'module'; readonly name: string; readonly evidence: CauseLines }
  /** One of the app's own modules is not in the release. */
  | { readonly kind: 'own_module'; readonly name: string; readonly evidence: CauseLines }
  /** A library is installed in a version that lacks what the code uses. */
  | { readonly kind: 'version'; readonly library: string; readonly evidence: CauseLines }
  /** The command itself cannot be run. */
  | {
      readonly kind: 'command';
      readonly name: string;
      readonly why: 'not_found' | 'not_permitted';
      readonly evidence: CauseLines;
    }
  /** The server listens where Heroku's router does not connect. */
  | { readonly kind: 'address'; readonly address: string; readonly evidence: CauseLines }
  /** An error with a traceback, of no kind above. */
  | { readonly kind: 'error'; readonly evidence: CauseLines }
  /** Nothing was recognized: the last lines before the exit. */
  | { readonly kind: 'words'; readonly evidence: CauseLines };

/** Lines for people, the most useful first. */
export type CauseLines = readonly string[];
