/** A rollback as a card offers it, before anybody asks for its plan. */

export interface Rollback {
  /** The version that it goes back to. */
  readonly to: number;
  /** The versions that have made the app what it is, and that it takes back. */
  readonly takesBack: readonly number[];
}
