/** Failure mode C, historical: the old deploy action, should it come back. */

import type { Mode } from '../model/check.ts';
import { legacyUses } from '../runs/legacy-action.ts';

export const legacyDeployAction: Mode = {
  id: 'C',
  words: {
    title: 'CI deploy fails — heroku create auth error (historical)',
    status:
      'No longer possible — deploy.yml was deleted in PR #834. deploy-heroku.yml uses the heroku CLI + scoped credential.helper pattern (spike #825) which does not call heroku create.',
    symptom:
      'Historical symptom (for reference): deploy.yml failed at "Deploy to Heroku (staging)" with heroku create <appname>... TypeError: process.stdin.setRawMode is not a function.',
    cause: 'This was caused by akhileshns/heroku-deploy lacking dontautocreate: true.',
    fix: [
      'If you see a similar error in a different workflow: Ensure any akhileshns/heroku-deploy usage has dontautocreate: true. But the canonical deploy-heroku.yml does not use that action.',
    ],
    verification: 'Every use of akhileshns/heroku-deploy has dontautocreate: true, or there is none.',
  },
  match({ workflows }) {
    if (!workflows.ok) return [];
    const unsafe = workflows.value.flatMap(({ file, text }) =>
      legacyUses(text ?? '')
        .filter(({ safe }) => !safe)
        .map(({ line }) => `${file}:${line} uses akhileshns/heroku-deploy without dontautocreate: true`),
    );
    // The workflow could fail so; that it did is not to be seen from here.
    return unsafe.length > 0 ? [{ code: null, confidence: 'possible', evidence: unsafe, missing: [] }] : [];
  },
};
