/** A click on one of our buttons. */
import { runDiagnosis } from '../commands/run-diagnosis.ts';
import type { SlackDeps } from '../deps.ts';
import type { Place } from '../post.ts';
import { sentenceView } from '../views/help.ts';

export interface Click {
  readonly actionId: string;
  readonly value: string | undefined;
  readonly user: string;
  readonly team: string | undefined;
  readonly place: Place;
}

/** Resolves when the clicker sees what came of it: a click is never silently ignored. */
export async function onClick(click: Click, deps: SlackDeps): Promise<void> {
  const { actionId, value, user, team, place } = click;
  const { facts, post } = deps;
  const permission = await deps.mayRead(user, team);
  if (!permission.ok) return post.toAsker(place, sentenceView(permission.words));
  if (actionId !== 'diagnose_again') {
    return post.toAsker(
      place,
      sentenceView('I do not know this button any more. Nothing was done. Type `/raxx help`.'),
    );
  }
  const target = facts.targets.find(({ name }) => name === value);
  if (!target) {
    const words = 'The runbook file does not name this target any more. Nothing was done.';
    return post.toAsker(place, sentenceView(words));
  }
  await post.toAsker(place, sentenceView(`Diagnosing ${target.name}…`));
  await runDiagnosis(target, user, place, deps);
}
