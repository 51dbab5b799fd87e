/** Holds the runbook's words for failure mode B, and its fix for each error code. */
import type { ModeWords } from '../../model/terms.ts';

export const WORDS = {
  title: 'Dyno crash loop (R10/H10/H12 errors)',
  symptom:
    'heroku ps shows dynos crashing; heroku logs --tail shows R10 (boot timeout), H10 (app crashed), or H12 (request timeout).',
  cause:
    'Application boot failure (bad config var, missing dependency, OOM) or a request handler that times out.',
  diagnosis: [
    'heroku logs --tail --num 200 --app <app>',
    'Look for lines with at=error code=R10 (boot timeout) or Error R14 (memory exceeded).',
  ],
  fix: [
    'R10 (boot timeout >60s): Check gunicorn startup; increase timeout if legitimately slow boot: heroku config:set GUNICORN_TIMEOUT=120 --app <app> and redeploy.',
    'R14 (memory exceeded): Scale up dyno type or profile the memory leak.',
    'H10 (crash): Check startup traceback in logs; most common cause is missing env var or import error.',
  ],
  verification: 'heroku ps --app <app> shows <process_type>.1: up for >5 min with no restarts',
} satisfies ModeWords;

const [FIX_R10, FIX_R14, FIX_H10] = WORDS.fix as [string, string, string];

/** A crash without a code has the same fix as H10. */
export const FIX_CRASH: Partial<ModeWords> = { fix: [FIX_H10] };

const OOM = 'OOM: the app needs more memory than its dyno size has, or it leaks.';

/** The runbook has no fix for H12, because its cause is the slow handler, which the logs name. */
export const FIX_OF_CODE: Readonly<Record<string, Partial<ModeWords>>> = {
  R10: {
    title: 'Dyno crash loop with boot timeouts',
    cause: 'Application boot failure: gunicorn does not bind its port within 60 s.',
    fix: [FIX_R10],
  },
  R14: { title: 'Dyno over its memory quota', cause: OOM, fix: [FIX_R14] },
  R15: { title: 'Dyno killed over its memory quota', cause: OOM, fix: [FIX_R14] },
  H10: { title: 'Dyno crash loop', ...FIX_CRASH },
  H12: {
    title: 'Requests time out',
    cause: 'A request handler that times out.',
    fix: [
      'H12 (request timeout): Find the slow handler by the paths in the logs; a restart frees stuck workers.',
    ],
  },
};
