/** Failure mode C: a workflow uses the old deploy action without its safe option. */

import type { Mode } from '../model/check.ts';
import { unsafeLegacyUses } from '../runs/legacy-action.ts';

export const legacyDeployAction: Mode = {
  id: 'C',
  words: {
    title: 'CI deploy fails — heroku create auth error (historical)',
    symptom:
      'A workflow fails at its Heroku step with heroku create <appname>... TypeError: process.stdin.setRawMode is not a function.',
    cause: 'The workflow uses akhileshns/heroku-deploy without dontautocreate: true.',
    fix: [
      'If you see a similar error in a different workflow: Ensure any akhileshns/heroku-deploy usage has dontautocreate: true. But the canonical <workflow> does not use that action.',
    ],
    verification: 'Every use of akhileshns/heroku-deploy has dontautocreate: true, or there is none.',
  },
  closesWhenSeen: ['workflows'],
  match({ workflows }) {
    if (!workflows.ok) return [];
    const unsafe = unsafeLegacyUses(workflows.value);
    // The workflow can fail this way, but nothing here shows that it did.
    return unsafe.length > 0 ? [{ code: null, confidence: 'possible', evidence: unsafe, missing: [] }] : [];
  },
};
