/** Starts an acting process, gives it commands, and watches it end. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { DecisionResult } from '../../src/operations/actions/context.ts';
import type { AuditFault } from '../../src/operations/ports/audit-proof.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import type { Person } from '../../src/runbook/people/permissions.ts';

/** A change of the ledger, by the name of its audit line, or `write` for a request to Heroku or GitHub. */
export interface Death {
  readonly event: string;
  readonly when: 'before' | 'after';
}

export type Order =
  | { readonly do: 'open' | 'recover' | 'newest' | 'executed' | 'faults' | 'stop' }
  | { readonly do: 'die'; readonly at: Death | null }
  /** How far its clock is ahead of the real one. */
  | { readonly do: 'ahead'; readonly ms: number }
  | { readonly do: 'propose'; readonly kind: ActionKind; readonly target: string; readonly by: Person }
  | { readonly do: 'approve'; readonly id: string; readonly by: Person }
  | { readonly do: 'find'; readonly id: string };

export interface Reply {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface ActingProcess {
  /** Opens the store and begins working. */
  open(): Promise<void>;
  dieAt(at: Death | null): Promise<void>;
  setAhead(ms: number): Promise<void>;
  propose(kind: ActionKind, by: Person, target?: string): Promise<Action>;
  approve(id: string, by: Person): Promise<DecisionResult>;
  recover(): Promise<void>;
  find(id: string): Promise<Action>;
  /** The action that was proposed last. */
  newest(): Promise<Action>;
  /** How many jobs it took from the queue to execute an action. */
  executed(): Promise<number>;
  faults(): Promise<readonly AuditFault[]>;
  /** Sends SIGKILL. */
  kill(): void;
  isDead(): boolean;
  /** Resolves with the signal that ended it. */
  readonly died: Promise<string | null>;
  stop(): Promise<void>;
}

const SCRIPT = join(import.meta.dirname, 'acting-process.ts');

export function startActingProcess(env: Readonly<Record<string, string>>): ActingProcess {
  const child = fork(SCRIPT, {
    env: { ...env },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let number = 0;
  const died = once(child, 'exit').then(([, signal]: (string | null)[]) => {
    for (const { reject } of open.values()) reject(new Error('the process died'));
    open.clear();
    return signal ?? null;
  });
  child.on('message', (reply: Reply) => {
    const asked = open.get(reply.number);
    open.delete(reply.number);
    if (reply.error === undefined) asked?.resolve(reply.value);
    else asked?.reject(new Error(reply.error));
  });
  // An order to a process that has just died is answered by its death.
  child.on('error', () => {});

  /** The child answers each command with the result of its own code, so the types are those of that code. */
  function give<T>(order: Order): Promise<T> {
    if (child.exitCode !== null || child.signalCode !== null)
      return Promise.reject(new Error('the process died'));
    number += 1;
    const mine = number;
    const answer = new Promise<unknown>((resolve, reject) => open.set(mine, { resolve, reject }));
    child.send({ number: mine, order }, () => {});
    return answer as Promise<T>;
  }

  return {
    open: () => give({ do: 'open' }),
    dieAt: (at) => give({ do: 'die', at }),
    setAhead: (ms) => give({ do: 'ahead', ms }),
    propose: (kind, by, target = 'prod') => give({ do: 'propose', kind, target, by }),
    approve: (id, by) => give({ do: 'approve', id, by }),
    recover: () => give({ do: 'recover' }),
    find: (id) => give({ do: 'find', id }),
    newest: () => give({ do: 'newest' }),
    executed: () => give({ do: 'executed' }),
    faults: () => give({ do: 'faults' }),
    kill: () => void child.kill('SIGKILL'),
    isDead: () => child.exitCode !== null || child.signalCode !== null,
    died,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await give({ do: 'stop' }).catch(() => undefined);
      child.kill('SIGKILL');
      await died;
    },
  };
}
