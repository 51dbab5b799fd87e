/** Writes the line that marks the first use of a key. If the chain later lacks the key, it must have been rewritten. */
import type { Instant } from '../../runbook/model/instant.ts';
import type { Db } from '../database/db.ts';
import { type AuditLine, lastLine } from './audit.ts';
import type { AuditKeys } from './audit-key.ts';
import { createChange } from './audited-change.ts';

/** Does nothing if the last line already carries the key, or if there is no key. */
export async function beginKey(
  db: Db,
  keys: AuditKeys,
  at: Instant,
  onAuditLine: (line: AuditLine) => void,
): Promise<void> {
  const [key] = keys;
  if (!key) return;
  await createChange(
    db,
    onAuditLine,
    keys,
  )(async ({ sql, audit }) => {
    const before = (await lastLine(sql))?.seal?.keyId ?? null;
    if (before === key.id) return;
    const words = `From here on, lines carry key id ${key.id}.`;
    await audit({ at, actionId: null, event: 'audit_key', who: 'bot', detail: { words, before } });
  });
}
