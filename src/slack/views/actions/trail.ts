/** The last line of an action's card: when each step happened. */

import type { KnownBlock } from '@slack/types';
import type { Action } from '../../../runbook/model/action.ts';
import { isSlackUser } from '../../../runbook/model/actor.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { dashboardLink } from '../../../runbook/text/links.ts';
import { formatInstant, isClearWithoutDay } from '../../../runbook/text/time.ts';
import { clip, context, escapeText, link } from '../parts/message.ts';

/**
 * The trail's words for each event. `names` says whose name is added:
 * the approver's, or that of the person who did it.
 */
const EVENTS: Readonly<Record<string, { readonly words: string; readonly names?: 'approver' | 'person' }>> = {
  proposed: { words: 'proposed' },
  approval: { words: 'approved by', names: 'approver' },
  approved: { words: 'approved by', names: 'approver' },
  rejected: { words: 'rejected by', names: 'person' },
  explained: { words: 'reason given by', names: 'person' },
  executing: { words: 'sent' },
  sent: { words: 'accepted' },
  no_answer: { words: 'no clear response' },
  succeeded: { words: 'verified' },
  failed: { words: 'failed' },
  unconfirmed: { words: 'gave up checking' },
  superseded: { words: 'superseded' },
  expired: { words: 'expired' },
  held: { words: 'held' },
  turned_bad: { words: 'started failing' },
  unwatched: { words: 'no longer watched' },
};

/**
 * Shows the app, when each state began, and the hash of the last audit line,
 * which anchors the audit outside the database.
 */
export function trailBlocks({ trail, approvals, app }: Action): KnownBlock[] {
  const shown = trail.filter(({ event }) => event in EVENTS);
  if (shown.length < 2) return [];
  const steps = shown.slice(1).map(({ event, who: by, at, words }, index) => {
    const { words: what = '', names } = EVENTS[event] ?? {};
    const isOwn = names === 'approver' && approvals.some(({ person, isSelf }) => person === by && isSelf);
    const own = isOwn ? ' (self-approved)' : '';
    // At the terminal, typing the app's name replaces the approval.
    const instead = event === 'approved' && words !== null ? ` (${words})` : '';
    const named = names === undefined ? '' : ` ${mention(by)}${own}${instead}`;
    return `${mrkdwnDate(at, index === 0 ? null : (shown[index]?.at ?? null))} ${what}${named}`;
  });
  const all = [link(dashboardLink(app), app), ...steps];
  return [context(clip(`${all.join(' · ')} · audit \`${trail.at(-1)?.hash ?? ''}\``, 2_900))];
}

function mention(id: string): string {
  return isSlackUser(id) ? `<@${id}>` : escapeText(id);
}

/** Shows the day of the first step, and of each later one that may be on another day than the step before it. */
function mrkdwnDate(at: Instant, before: Instant | null): string {
  const day = before !== null && isClearWithoutDay(at, before) ? '' : '{date_short_pretty} ';
  return `<!date^${Math.floor(at / 1000)}^${day}{time_secs}|${formatInstant(at)}>`;
}
