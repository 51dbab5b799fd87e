/** Step 3: judges whether the current release has a slug; without one there is nothing to run. */

import { defineCheck } from '../model/check.ts';
import { formatAgo } from '../text/time.ts';

export const slugCheck = defineCheck({
  id: 'slug',
  step: 3,
  title: 'Slug presence',
  byHand: {
    command:
      'HEROKU_API_KEY=$(heroku auth:token) curl -s -H "Authorization: Bearer $HEROKU_API_KEY" -H "Accept: application/vnd.heroku+json; version=3" "https://api.heroku.com/apps/<app>/releases" | python3 -c "import json,sys; r=json.load(sys.stdin); print(\'Latest slug:\', r[-1][\'slug\'])"',
    expect: "{'id': '<uuid>', 'name': 'slug-name'}. If null, no code has been deployed.",
  },
  needs: ['slug'],
  wants: ['app', 'releases'],
  judge({ slug, app, releases }, { now }) {
    const image = releases.ok ? releases.value.find((release) => release.current)?.imageId : undefined;
    if (slug === null && image) {
      return {
        status: 'pass',
        summary: `The current release runs an image (${image.slice(0, 8)}), not a slug`,
      };
    }
    if (slug === null) {
      const size = app.ok && app.value.slugSize === null ? '; slug_size: null' : '';
      return { status: 'fail', summary: `The current release has no slug: nothing to run${size}` };
    }
    const commit = slug.commit === null ? 'commit not recorded' : `commit ${slug.commit.slice(0, 8)}`;
    const size = slug.size === null ? '' : `, ${Math.round(slug.size / 1_048_576)} MiB`;
    return { status: 'pass', summary: `${commit}${size}, built ${formatAgo(slug.createdAt, now)}` };
  },
});
