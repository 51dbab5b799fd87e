/** A rollback as a card offers it, before anyone asks for its plan. */

export interface Rollback {
  /** The version to go back to. */
  readonly to: number;
  /** The versions that the rollback takes back, out of those that made the app what it is. */
  readonly takesBack: readonly number[];
}
