/** What the cards, pings and lines of an incident say in the same way. */
import type { Button } from '@slack/types';
import { formatInstant } from '../../runbook/age.ts';
import type { Instant } from '../../runbook/evidence.ts';
import type { Incident } from '../../runbook/incident.ts';
import { clip, type Part, plain } from './message.ts';
import { verdictSentence } from './words.ts';

/** Verdict first: the app's state, then what explains it. Where the title says the state itself, it is enough. */
export function headWords({ app, picture }: Incident): { readonly first: string; readonly second: string } {
  const { verdict, title } = picture;
  if (title.startsWith(`${app} `) || title.startsWith(`${app}:`)) return { first: title, second: '' };
  if (verdict === 'unknown') return { first: title, second: '' };
  // A run that failed, or an incident of Heroku's, harms no app that runs.
  if (verdict === 'healthy') return { first: title, second: `${app} itself is healthy` };
  return { first: verdictSentence(app, verdict), second: title };
}

/** As it was: of an incident that is over. */
export function pastWords(incident: Incident): { readonly first: string; readonly second: string } {
  const { first, second } = headWords(incident);
  const { app, picture } = incident;
  return {
    first: first.replace(`${app} is `, `${app} was `),
    second: picture.verdict === 'healthy' ? '' : second,
  };
}

/** People of Slack as a mention, whoever else by their name. */
export function person(id: string): Part {
  if (/^[UW][A-Z0-9]+$/.test(id)) return { type: 'user', user_id: id };
  return plain(id === 'bot' ? 'the bot' : id);
}

/** In the reader's time. */
export function timeOf(at: Instant): Part {
  return dateOf(at, '{time}');
}

export function dayAndTimeOf(at: Instant): Part {
  return dateOf(at, '{date_short_pretty} {time}');
}

function dateOf(at: Instant, format: string): Part {
  return { type: 'date', timestamp: Math.floor(at / 1000), format, fallback: formatInstant(at) };
}

/** A run on GitHub can be followed; no other address becomes a link. */
export function withLinks(text: string): Part[] {
  return text
    .split(/(https:\/\/github\.com\/[\w./-]*\w)/)
    .map((part, index): Part => (index % 2 === 1 ? { type: 'link', url: part } : plain(part)));
}

export function acknowledgeButton({ id, app }: Incident): Button {
  return {
    ...button('acknowledge', 'Acknowledge', id, `Acknowledge the incident of ${app}`),
    style: 'primary',
  };
}

export function diagnoseButton({ target, app }: Incident): Button {
  return button('diagnose_again', 'Diagnose again', target, `Diagnose ${app} again`);
}

export function button(action_id: string, text: string, value: string, label: string): Button {
  return {
    type: 'button',
    action_id,
    text: { type: 'plain_text', text },
    value,
    accessibility_label: clip(label, 75),
  };
}
