/** Judges Heroku's status page: active incidents in the runbook's region. */

import { incidentsOf, unexplained } from '../heroku/platform-incident.ts';
import { defineCheck } from '../model/check.ts';
import { formatAgo } from '../text/time.ts';

export const platformCheck = defineCheck({
  id: 'platform',
  step: null,
  title: 'Heroku status',
  byHand: {
    command: 'open https://status.heroku.com',
    expect: 'No active incident that affects the <region> region.',
  },
  needs: ['platform'],
  judge({ platform }, { facts, now }) {
    const { region } = facts.heroku;
    const active = incidentsOf(platform, region);
    const details = active.map(
      ({ title, createdAt, url }) => `${title}, began ${formatAgo(createdAt, now)}${url ? ` ${url}` : ''}`,
    );
    const [first] = active;
    if (first) {
      const more = active.length > 1 ? ` and ${active.length - 1} more` : '';
      return {
        status: 'fail',
        summary: `Heroku incident in the ${region.toUpperCase()} region: ${first.title}${more}`,
        details,
        about: active.length === 1 ? first.id : null,
      };
    }
    const troubled = unexplained(platform);
    if (troubled.length > 0) {
      return { status: 'warn', summary: `No incident posted, but ${troubled.join(', ')}` };
    }
    const elsewhere = platform.incidents.length;
    const others = elsewhere === 0 ? '' : `; ${elsewhere} in other regions`;
    return { status: 'pass', summary: `No Heroku incident in the ${region.toUpperCase()} region${others}` };
  },
});
