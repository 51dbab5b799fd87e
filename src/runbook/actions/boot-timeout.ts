/** The runbook's R10 fix: a longer boot, then a redeploy. One variable, one bounded value: no free-form config write exists. */
import type { ActionSpec } from '../action.ts';
import { currentRelease } from './formation-of.ts';

export interface BootTimeoutParams extends Readonly<Record<string, unknown>> {
  readonly app: string;
  readonly releaseId: string;
  readonly version: number;
  readonly seconds: number;
}

const VARIABLE = 'GUNICORN_TIMEOUT';
const SECONDS = 120;

export const bootTimeout: ActionSpec<BootTimeoutParams> = {
  kind: 'boot_timeout',
  rule: 'fix',
  needs: ['releases'],
  looksAt: ['releases'],
  withinMs: 120_000,
  next: ['deploy'],
  plan(evidence, { target: { app } }) {
    const current = currentRelease(evidence);
    if (!current.ok) return { ok: false, words: `The releases could not be seen (${current.words}).` };
    const { id, version } = current.value;
    return {
      ok: true,
      params: { app, releaseId: id, version, seconds: SECONDS },
      plan: {
        title: `Give ${app} longer to boot: ${VARIABLE}=${SECONDS}`,
        will: [`Set the config var ${VARIABLE} to ${SECONDS}. Nothing else is changed or read.`],
        expect: [
          'A new release, and a restart. The old value cannot be shown: config vars are never read.',
          'Then redeploy.',
        ],
        evidence: [`v${version} is current`],
        undo: `Roll back to v${version}, or set ${VARIABLE} by hand`,
        byHand: `heroku config:set ${VARIABLE}=${SECONDS} --app ${app}`,
        danger: false,
      },
    };
  },
  stillApplies({ releaseId, version }, evidence) {
    const current = currentRelease(evidence);
    if (!current.ok) return { ok: false, words: `the releases could not be seen (${current.words})` };
    if (current.value.id === releaseId) return { ok: true };
    return {
      ok: false,
      words: `v${version} ran when this was asked for, v${current.value.version} runs now`,
    };
  },
  request: ({ app, seconds }) => ({
    api: 'heroku',
    method: 'PATCH',
    path: `/apps/${app}/config-vars`,
    body: { [VARIABLE]: String(seconds) },
    secretAnswer: true,
  }),
  look({ version }, evidence) {
    if (!evidence.releases.ok) return { seen: 'not_yet', words: evidence.releases.detail };
    const made = evidence.releases.value.find(
      (one) => one.version > version && one.description === `Set ${VARIABLE} config vars`,
    );
    if (!made) return { seen: 'not_yet', words: `there is no release “Set ${VARIABLE} config vars” yet` };
    return {
      seen: 'done',
      words: `v${made.version} set ${VARIABLE}`,
      evidence: [`v${made.version} ${made.description}`],
    };
  },
};
