/** What is wrong with the database, as a value: its kind says whether anything was done, and what can be done about it. */

export type DatabaseTrouble =
  | 'unreachable' // no connection, or one that broke
  | 'refused' // it is there, but does not let us in
  | 'busy' // it has no connection left for us
  | 'silent' // it accepted the query and gave no answer in time
  | 'locked' // another session holds a lock on what has to be changed
  | 'read_only' // a follower, a failover, or a plan whose rows are used up
  | 'full' // nothing more fits on its disk
  | 'unmigrated' // its schema does not match this code
  | 'unsure'; // it did not confirm whether it committed

const WORDS: Readonly<Record<DatabaseTrouble, string>> = {
  unreachable: "it can't be reached",
  refused: 'it refuses the connection',
  busy: 'it has no connection left',
  silent: "it doesn't answer in time",
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
  /** What fixes it, with the command for it, as plain text without a full stop; null when that is not known. */
  readonly cure: string | null;

  constructor(
    kind: DatabaseTrouble,
    detail: string | null = null,
    { cure = null, cause }: { cure?: string | null; cause?: unknown } = {},
  ) {
    const more = [detail, cure].filter((one) => one !== null && one !== '');
    super(`the database does not work: ${WORDS[kind]}${more.length === 0 ? '' : ` (${more.join('. ')})`}`, {
      cause,
    });
    this.kind = kind;
    this.cure = cure;
  }

  /** Fit for everybody: no hosts, no driver messages. */
  get words(): string {
    return WORDS[this.kind];
  }
}
