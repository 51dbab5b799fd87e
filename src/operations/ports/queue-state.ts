/** The state of the queue of one kind of job. */
export interface QueueState {
  readonly name: string;
  /** Jobs that are due and waiting for a worker. */
  readonly jobs: number;
  /** The waiting time of the oldest of these jobs, in seconds; 0 when there is none. */
  readonly oldestSeconds: number;
}
