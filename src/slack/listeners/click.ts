/** A click on one of our buttons. */

import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { isKnownApprover, mayAcknowledge, type Person } from '../../runbook/people/permissions.ts';
import { refusalOf, runProposal } from '../actions/propose.ts';
import { slackFaultOf } from '../client/fault.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import { askerOf, runDiagnosis, showChecks } from '../diagnosis/run-diagnosis.ts';
import type { Origin } from '../people/identify.ts';
import { notDoneView, refusalView, sentenceView } from '../views/help.ts';
import { SAY_WHY, sayWhyView } from '../views/reject-reason.ts';

export interface Click {
  readonly actionId: string;
  readonly value: string | undefined;
  readonly user: string;
  readonly from: Origin;
  readonly place: Place;
  /** Opens a dialog for the clicker; has to be done within three seconds of the click. */
  askVersion(actionId: string): Promise<void>;
  /** The same, for why it was rejected. */
  askWhy(actionId: string): Promise<void>;
}

/** Resolves when the clicker sees what came of it: a click is never silently ignored. */
export async function onClick(click: Click, deps: SlackDeps): Promise<void> {
  const { actionId, value = '', user, from, place } = click;
  const { post } = deps;
  const known = await deps.recognise(user, from);
  if (!known.ok) return post.toAsker(place, sentenceView(known.words));
  const { person } = known;
  if (actionId === 'approve') return onApprove(value, person, click, deps);
  if (actionId === 'reject') return onReject(value, person, place, deps);
  if (actionId === SAY_WHY) return click.askWhy(value);
  if (actionId === 'acknowledge') return onAcknowledge(value, person, place, deps);
  if (actionId === 'close_incident') return onCloseIncident(value, person, place, deps);
  if (actionId === 'postmortem') return onPostmortem(value, place, deps);
  if (actionId === 'diagnose_again') return onDiagnoseAgain(value, person, place, deps);
  if (actionId === 'show_checks')
    return onTarget(value, place, deps, 'Checking', (target) => showChecks(target, person, place, deps));
  const kind = /^propose_(\w+)$/.exec(actionId)?.[1];
  if (kind !== undefined && isKind(kind, deps.canDo)) {
    return onPropose(kind, value, person, place, deps);
  }
  return post.toAsker(
    place,
    sentenceView('I do not know this button any more. Nothing was done. Type `/raxx help`.'),
  );
}

function isKind(kind: string, canDo: ReadonlySet<ActionKind>): kind is ActionKind {
  return (canDo as ReadonlySet<string>).has(kind);
}

/** A refusal by the limit comes before the words that something is begun. */
async function onDiagnoseAgain(value: string, person: Person, place: Place, deps: SlackDeps): Promise<void> {
  const target = deps.facts.targets.find(({ name }) => name === value);
  const refused = target ? deps.diagnosisService.refusal('diagnose', [target], askerOf(person)) : null;
  if (refused) return deps.post.toAsker(place, sentenceView(notBegunWords(refused)));
  return onTarget(value, place, deps, 'Diagnosing', (named) => runDiagnosis(named, person, place, deps));
}

/** The target is looked up in the runbook file at the click, however old the card is. */
async function onTarget(
  value: string,
  place: Place,
  { facts, post }: SlackDeps,
  context: string,
  run: (target: SlackDeps['facts']['targets'][number]) => Promise<void>,
): Promise<void> {
  const target = facts.targets.find(({ name }) => name === value);
  if (!target) {
    return post.toAsker(
      place,
      sentenceView('The runbook file does not name this target any more. Nothing was done.'),
    );
  }
  await post.toAsker(place, sentenceView(`${context} ${target.name}…`));
  await run(target);
}

/** Who may not ask is told before anything is looked at. */
async function onPropose(
  kind: ActionKind,
  value: string,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const proposalOf = (target: Target) =>
    ({ kind, target, by: person, reason: '', version: null, ref: null, isFix: true }) as const;
  const target = deps.facts.targets.find(({ name }) => name === value);
  const refused = target ? refusalOf(proposalOf(target), deps) : null;
  if (refused !== null) return deps.post.toAsker(place, refusalView(refused));
  return onTarget(value, place, deps, 'Looking at', (found) => runProposal(proposalOf(found), place, deps));
}

/** A rollback is approved by typing its version. Who is no approver is told before any database is waited for. */
async function onApprove(id: string, person: Person, click: Click, deps: SlackDeps): Promise<void> {
  const named = isKnownApprover(person, deps.facts.people);
  if (!named.ok) {
    deps.noteRefused(id, person, { words: named.words });
    return deps.post.toAsker(click.place, refusalView(named.words));
  }
  const action = (await deps.actionService.find(id)) ?? null;
  if (action) deps.cards.remember(action);
  if (action?.kind === 'rollback' && action.state === 'proposed') return click.askVersion(id);
  await decide(deps.actionService.approve(id, person), click.place, deps);
}

/** Done at once; why can be said afterwards, by whoever did not ask for it themselves. */
async function onReject(id: string, person: Person, place: Place, deps: SlackDeps): Promise<void> {
  const decided = await decide(deps.actionService.reject(id, person), place, deps);
  if (decided && decided.askedBy !== person.id) await deps.post.toAsker(place, sayWhyView(decided));
}

/** The card tells everybody; only a refusal is told to the clicker. */
async function decide(
  deciding: ReturnType<SlackDeps['actionService']['approve']>,
  place: Place,
  deps: SlackDeps,
): Promise<Action | null> {
  const decided = await deciding;
  if (!decided.ok) {
    await deps.post.toAsker(place, notDoneView(decided));
    return null;
  }
  await drawOrTell(decided.action, place, deps);
  return decided.action;
}

const DECIDED: Readonly<Partial<Record<Action['state'], string>>> = {
  approved: 'Approved',
  proposed: 'Your approval counts',
  rejected: 'Rejected',
};

/** The queue draws it, too, should Slack not take it now: then whoever decided hears it here. */
export async function drawOrTell(action: Action, place: Place | null, deps: SlackDeps): Promise<void> {
  const why = await undrawn(action.id, deps);
  if (why === null || place === null) return;
  const words = `${DECIDED[action.state] ?? 'Decided'}: ${action.plan.title}. ${why}`;
  await deps.post.toAsker(place, sentenceView(words)).catch(() => undefined);
}

/** null: it is drawn. */
async function undrawn(id: string, { cards, places }: SlackDeps): Promise<string | null> {
  try {
    const drawn = await cards.draw(id);
    return drawn?.ok === false ? places.teamWords(drawn.fault) : null;
  } catch (error) {
    if (error instanceof DatabaseFault)
      return `My database stopped answering (${error.words}); the card is drawn when it is back.`;
    return slackFaultOf(error) === null
      ? null
      : 'Slack does not take the card just now; it is drawn as soon as it does.';
  }
}

/** The card, its thread and the pings tell everybody; the clicker hears it at once. */
async function onAcknowledge(id: string, person: Person, place: Place, deps: SlackDeps): Promise<void> {
  const isContact = await isContactOf(person, deps);
  const may = mayAcknowledge(person, isContact);
  if (!may.ok) return deps.post.toAsker(place, refusalView(may.words));
  const { words } = await deps.incidents.acknowledge(id, person, isContact === true);
  await deps.post.toAsker(place, refusalView(words));
}

async function onCloseIncident(id: string, person: Person, place: Place, deps: SlackDeps): Promise<void> {
  const { words } = await deps.incidents.close(id, person);
  await deps.post.toAsker(place, refusalView(words));
}

/** Of operators and approvers nobody has to be looked up; null: Slack does not tell just now. */
async function isContactOf({ id, isOperator, isApprover }: Person, deps: SlackDeps): Promise<boolean | null> {
  if (isOperator || isApprover) return false;
  const contact = await deps.contact();
  if (!contact.ok) return contact.passes ? null : false;
  // A group whose members Slack does not show can still be mentioned.
  return contact.users.length === 0 ? null : contact.users.includes(id);
}

async function onPostmortem(id: string, place: Place, deps: SlackDeps): Promise<void> {
  if (!(await deps.incidents.find(id)))
    return deps.post.toAsker(place, sentenceView('There is no such incident. Nothing was done.'));
  await deps.incidentCards.postmortem(id);
  await deps.post.toAsker(place, sentenceView("The draft is in the thread of the incident's card."));
}
