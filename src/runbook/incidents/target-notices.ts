/** Builds what is posted in the channel about a target rather than an incident: notices and snoozes. */
import type { Detail } from '../model/action.ts';
import { BOT } from '../model/actor.ts';
import type { Snooze } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { formatInstant } from '../text/time.ts';

/** An audit line, and the text that is posted about it. */
export interface TargetNotice {
  readonly event: string;
  readonly who: string;
  readonly at: Instant;
  readonly detail: Detail;
  readonly words: string;
}

export type SnoozeEnd = 'got_worse' | 'escalated' | 'ended_by_person';

const SNOOZE_ENDS: Readonly<Record<SnoozeEnd, string>> = {
  got_worse: 'Snooze ended early: it got worse.',
  escalated: 'Snooze ended: escalated manually.',
  ended_by_person: 'Snooze ended. A page that is due goes out now.',
};

export function noticeOf(target: string, words: string, at: Instant): TargetNotice {
  return { event: 'notice', who: BOT, at, detail: { target, words }, words };
}

/** A notice that concerns every target, although one target's look posted it. */
export function noticeForAll(target: string, words: string, at: Instant): TargetNotice {
  const { detail, ...notice } = noticeOf(target, words, at);
  return { ...notice, detail: { ...detail, scope: 'all' } };
}

export function snoozeNotice(target: string, { until, by, at }: Snooze): TargetNotice {
  const detail = { target, until: new Date(until).toISOString() };
  const words = `${target}: nobody is paged until ${formatInstant(until)}, unless it gets worse.`;
  return { event: 'snoozed', who: by, at, detail, words };
}

export function snoozeEndNotice(target: string, why: SnoozeEnd, who: string, at: Instant): TargetNotice {
  const words = SNOOZE_ENDS[why];
  return {
    event: 'snooze_ended',
    who,
    at,
    detail: { target, why, words },
    words: `${target}: ${words}`,
  };
}
