/** Documents the thresholds of the checks. */
import { FAILED_IS_FRESH_MS } from '../../src/runbook/heroku/failed-release.ts';
import {
  ABANDONED_SHARE,
  CRASH_LOOP,
  FAILING_LEAST,
  FAILING_SHARE,
  RECENT_MS,
  REPEATED_R10,
  TRAFFIC_MS,
} from '../../src/runbook/logs/thresholds.ts';
import { RECOVERED_MS } from '../../src/runbook/model/recovery.ts';
import { formatLimit, formatPercent } from '../../src/runbook/text/time.ts';
import { table } from './table.ts';

export function thresholds(): string {
  return table(['rule', 'value'], rows());
}

function rows(): string[][] {
  return [
    ['a dyno has recovered when it has been up, without a restart, for more than', formatLimit(RECOVERED_MS)],
    ['a code of a dyno is current while its newest line is younger than', formatLimit(RECENT_MS)],
    ['requests are judged over the last', formatLimit(TRAFFIC_MS)],
    [
      'users are affected when at least this share and this number of requests fail',
      `${formatPercent(FAILING_SHARE)}, ${FAILING_LEAST}`,
    ],
    [
      'clients that give up count when they are at least this share of the requests',
      formatPercent(ABANDONED_SHARE),
    ],
    ['a crash loop is this many crashes in one release', String(CRASH_LOOP)],
    ['"repeated" R10 is this many', String(REPEATED_R10)],
    ['a failed release is a failure for', formatLimit(FAILED_IS_FRESH_MS)],
  ];
}
