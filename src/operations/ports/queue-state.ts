/** The state of the queue of one kind of job. */
export interface QueueState {
  readonly name: string;
  /** Jobs that are due and waiting for a worker. */
  readonly jobs: number;
  /** How long the oldest of these jobs has been waiting, in seconds; 0 when none is. */
  readonly oldestSeconds: number;
}
