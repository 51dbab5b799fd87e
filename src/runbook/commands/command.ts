/** A parsed `/raxx` command. */
import type { Target } from '../model/runbook-config.ts';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'status'; readonly targets: readonly Target[] }
  | { readonly kind: 'diagnose'; readonly target: Target }
  | { readonly kind: 'logs'; readonly target: Target }
  | { readonly kind: 'changes'; readonly target: Target }
  | ({ readonly kind: 'propose' } & ChangeCommand)
  /** Shows the plan to the asker alone; nothing is proposed. */
  | ({ readonly kind: 'plan' } & ChangeCommand)
  | { readonly kind: 'escalate'; readonly target: Target; readonly reason: string }
  /** `forMs`: duration of the snooze; null ends it now. */
  | { readonly kind: 'snooze'; readonly target: Target; readonly forMs: number | null }
  | { readonly kind: 'note'; readonly target: Target; readonly words: string }
  /** `target`: null for all targets, here and in the next two. */
  | { readonly kind: 'history'; readonly target: Target | null }
  | { readonly kind: 'incidents'; readonly target: Target | null }
  /** `forMs`: how far to look back. */
  | { readonly kind: 'catchup'; readonly target: Target | null; readonly forMs: number }
  /** The command was not understood, and nothing is done. `words` say what is wrong and what to type instead. */
  | { readonly kind: 'usage'; readonly words: string };

/** A change that someone requests. */
export interface ChangeCommand {
  readonly action: ChangeWord;
  readonly target: Target;
  /** The reason, exactly as typed; null if none was given. */
  readonly reason: string | null;
  /** The version to roll back to; null means the last release with other code. */
  readonly version: number | null;
  /** The branch to deploy; null means the one in the runbook file. */
  readonly ref: string | null;
}

export type ChangeWord = 'stop' | 'restore' | 'deploy' | 'restart' | 'rollback';
