/** What somebody does about an incident by command: wakes the operator by hand, or wants quiet for a while. */
import type { Person } from '../../runbook/decision.ts';
import type { Target } from '../../runbook/facts.ts';
import type { SlackDeps } from '../deps.ts';
import type { Place } from '../post.ts';
import { refusalView } from '../views/help.ts';

/** The ping stands in the channel; the asker hears whom it wakes. */
export async function runEscalation(
  target: Target,
  reason: string,
  person: Person,
  place: Place,
  { incidents, facts, post }: SlackDeps,
): Promise<void> {
  const { ok, words } = await incidents.escalate(target, reason, person);
  const { name } = facts.escalation.who;
  const told = `${name} is pinged now, and every ${facts.escalation.repeatMinutes} min until somebody acknowledges.`;
  const { contact } = facts.escalation.who;
  // Whoever may not page has to hear whom to call: the app is burning all the same.
  const call = `${words} Call ${name} yourself: ${/^[UW][A-Z0-9]+$/.test(contact) ? `<@${contact}>` : contact}.`;
  await post.toAsker(place, refusalView(ok ? told : call));
}

/** `forMs` null: it ends now. The channel is told by a notice. */
export async function runSnooze(
  target: Target,
  forMs: number | null,
  person: Person,
  place: Place,
  { incidents, post }: SlackDeps,
): Promise<void> {
  const { words } =
    forMs === null
      ? await incidents.endSnooze(target, person)
      : await incidents.snooze(target, forMs, person);
  await post.toAsker(place, refusalView(words));
}
