import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../src/config/runbook-file.ts';
import { unapprovable } from '../../src/runbook/actions/approval-rules.ts';

const team = readFileSync(join(import.meta.dirname, '../../runbook.yml'), 'utf8');

function warningsAfter(change: (source: string) => string): string[] {
  const parsed = parseRunbook(change(team));
  return parsed.ok ? unapprovable(parsed.value) : ['the file is faulty'];
}

describe('rules under which nobody else could approve', () => {
  it('are all four with a single operator, who may approve their own requests', () => {
    const warnings = warningsAfter((source) => source);
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toBe('approvals.stop: no other approver: ops@raxx.app can self-approve');
  });

  it('leave requests unapprovable without self-approval', () => {
    const warnings = warningsAfter((source) =>
      source.replace(
        'deploy: { approvals: 1, self_approve: true }',
        'deploy: { approvals: 1, self_approve: false }',
      ),
    );
    expect(warnings).toContain(
      'approvals.deploy: no other approver, so what ops@raxx.app asks for can never be approved',
    );
  });

  it('say that askers must also approve where two of two have to', () => {
    const warnings = warningsAfter((source) =>
      source
        .replaceAll('[ops@raxx.app]', '[ops@raxx.app, two@raxx.app]')
        .replace(
          'deploy: { approvals: 1, self_approve: true }',
          'deploy: { approvals: 2, self_approve: true }',
        ),
    );
    expect(warnings).toEqual([
      'approvals.deploy: fewer than 2 other approvers: ops@raxx.app or two@raxx.app must also self-approve',
    ]);
  });

  it('do not take an address that begins with S for a user group', () => {
    expect(warningsAfter((source) => source.replaceAll('[ops@raxx.app]', '[Sam@raxx.app]'))).toHaveLength(4);
  });

  it('are none with a second approver, or with a user group', () => {
    expect(
      warningsAfter((source) =>
        source.replace('approvers: [ops@raxx.app]', 'approvers: [ops@raxx.app, two@raxx.app]'),
      ),
    ).toEqual([]);
    expect(
      warningsAfter((source) => source.replace('approvers: [ops@raxx.app]', 'approvers: [S012345]')),
    ).toEqual([]);
  });
});
