/** A click on one of our buttons. */
import type { Action } from '../../runbook/action.ts';
import type { Person } from '../../runbook/decision.ts';
import type { ActionKind } from '../../runbook/diagnosis.ts';
import { runProposal } from '../commands/propose.ts';
import { runDiagnosis, tooMany } from '../commands/run-diagnosis.ts';
import type { SlackDeps } from '../deps.ts';
import type { Origin } from '../people.ts';
import type { Place } from '../post.ts';
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
  if (actionId === 'postmortem') return onPostmortem(value, place, deps);
  if (actionId === 'diagnose_again') return onDiagnoseAgain(value, user, place, deps);
  const kind = /^propose_(\w+)$/.exec(actionId)?.[1];
  if (kind !== undefined && isKind(kind, deps.canDo)) {
    return onTarget(value, place, deps, 'Looking at', (target) =>
      runProposal(
        { kind, target, by: person, reason: '', version: null, ref: null, isFix: true },
        place,
        deps,
      ),
    );
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
async function onDiagnoseAgain(value: string, user: string, place: Place, deps: SlackDeps): Promise<void> {
  const target = deps.facts.targets.find(({ name }) => name === value);
  const refused = target ? deps.readings.refusal(target, user) : null;
  if (refused) return deps.post.toAsker(place, sentenceView(tooMany(refused)));
  return onTarget(value, place, deps, 'Diagnosing', (named) => runDiagnosis(named, user, place, deps));
}

/** The target is looked up in the runbook file at the click, however old the card is. */
async function onTarget(
  value: string,
  place: Place,
  { facts, post }: SlackDeps,
  doing: string,
  run: (target: SlackDeps['facts']['targets'][number]) => Promise<void>,
): Promise<void> {
  const target = facts.targets.find(({ name }) => name === value);
  if (!target) {
    return post.toAsker(
      place,
      sentenceView('The runbook file does not name this target any more. Nothing was done.'),
    );
  }
  await post.toAsker(place, sentenceView(`${doing} ${target.name}…`));
  await run(target);
}

/** A rollback is approved by typing its version. */
async function onApprove(id: string, person: Person, click: Click, deps: SlackDeps): Promise<void> {
  const action = (await deps.acts.find(id)) ?? null;
  if (action?.kind === 'rollback' && action.state === 'proposed') return click.askVersion(id);
  await decide(deps.acts.approve(id, person), click.place, deps);
}

/** Done at once; why can be said afterwards, by whoever did not ask for it themselves. */
async function onReject(id: string, person: Person, place: Place, deps: SlackDeps): Promise<void> {
  const decided = await decide(deps.acts.reject(id, person), place, deps);
  if (decided && decided.askedBy !== person.id) await deps.post.toAsker(place, sayWhyView(decided));
}

/** The card tells everybody; only a refusal is told to the clicker. */
async function decide(
  deciding: ReturnType<SlackDeps['acts']['approve']>,
  place: Place,
  deps: SlackDeps,
): Promise<Action | null> {
  const decided = await deciding;
  if (!decided.ok) {
    await deps.post.toAsker(place, notDoneView(decided));
    return null;
  }
  // Drawn by the queue, too, should Slack not take it now.
  await deps.cards.draw(decided.action.id).catch(() => undefined);
  return decided.action;
}

/** The card, its thread and the pings tell everybody; the clicker hears it at once. */
async function onAcknowledge(id: string, person: Person, place: Place, deps: SlackDeps): Promise<void> {
  // Of operators and approvers nobody has to be looked up: Slack may not answer just now.
  const isKnown = person.isOperator || person.isApprover;
  const contact = isKnown ? null : await deps.contact();
  const isContact = contact?.ok === true && contact.user === person.id;
  const { words } = await deps.incidents.acknowledge(id, person, isContact);
  await deps.post.toAsker(place, refusalView(words));
}

async function onPostmortem(id: string, place: Place, deps: SlackDeps): Promise<void> {
  if (!(await deps.incidents.find(id)))
    return deps.post.toAsker(place, sentenceView('There is no such incident. Nothing was done.'));
  await deps.incidentCards.postmortem(id);
  await deps.post.toAsker(place, sentenceView("The draft is in the thread of the incident's card."));
}
