/** How the queue of one kind of job does. */
export interface QueueState {
  readonly name: string;
  /** That are due, and wait for a worker. */
  readonly jobs: number;
  /** For how long the oldest of them waits; 0 when none does. */
  readonly oldestSeconds: number;
}
