/** The result of one check against an independent description or client. */
export interface Result {
  readonly name: string;
  readonly ok: boolean;
  /** What was wrong, or why it was not checked; empty when it holds. */
  readonly detail: string;
}

/** Runs `check`; the message of what it throws is the fault. */
export async function hold(name: string, check: () => void | Promise<void>): Promise<Result> {
  try {
    await check();
    return { name, ok: true, detail: '' };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
