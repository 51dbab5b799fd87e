/** A database fault as a value: its kind says whether anything was done, and what can be done about it. */

export type DatabaseTrouble =
  | 'unreachable' // There is no connection, or it broke.
  | 'refused' // The database is there, but does not let us in.
  | 'busy' // The database has no connection left for us.
  | 'silent' // The database accepted the query, but did not respond in time.
  | 'locked' // Another session holds a lock on what has to be changed.
  | 'read_only' // This is a follower, a failover, or a plan whose rows are used up.
  | 'full' // Nothing more fits on its disk.
  | 'unmigrated' // The schema does not match this code.
  | 'unsure'; // The database did not confirm whether it committed.

const WORDS: Readonly<Record<DatabaseTrouble, string>> = {
  unreachable: "it can't be reached",
  refused: 'it refuses connections',
  busy: "it's out of connections",
  silent: "it didn't respond in time",
  locked: 'another session holds a lock',
  read_only: 'it is read-only',
  full: 'its disk is full',
  unmigrated: 'its schema is not up to date',
  unsure: "it didn't confirm in time",
};

/** Nothing could be read or written. The message is only for the log and the terminal, because it may name hosts. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly kind: DatabaseTrouble;
  /** The fix, with its command, as plain text without a period; null when unknown. */
  readonly cure: string | null;

  constructor(
    kind: DatabaseTrouble,
    detail: string | null = null,
    { cure = null, cause }: { cure?: string | null; cause?: unknown } = {},
  ) {
    const more = [detail, cure].filter((one) => one !== null && one !== '');
    super(`the database is unavailable: ${WORDS[kind]}${more.length === 0 ? '' : ` (${more.join('. ')})`}`, {
      cause,
    });
    this.kind = kind;
    this.cure = cure;
  }

  /** Returns words that anyone may see: no hosts, no driver messages. */
  get words(): string {
    return WORDS[this.kind];
  }
}
