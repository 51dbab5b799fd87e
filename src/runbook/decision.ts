/** Who may decide what: checked where it is decided, not where a button is shown. */
import type { Action } from './action.ts';
import type { Instant } from './evidence.ts';
import type { Facts } from './facts.ts';

export interface Person {
  /** Slack id, or `terminal user@host`. */
  readonly id: string;
  readonly isOperator: boolean;
  readonly isApprover: boolean;
}

export type May = { readonly ok: true } | { readonly ok: false; readonly words: string };

/** Who may decide, as the runbook file names them. */
export type People = Pick<Facts['people'], 'operators' | 'approvers'>;

/** `others`: who could do it. */
const no = (words: string, others: readonly string[] = []): May => ({
  ok: false,
  words: `${words}${others.length === 0 ? '' : ` Who may: ${others.map(mention).join(', ')}.`} Nothing was done.`,
});

export function mayPropose(person: Person, { operators }: People): May {
  return person.isOperator
    ? { ok: true }
    : no('You are not among the operators that the runbook file names (people.operators).', operators);
}

export function mayApprove(action: Action, person: Person, now: Instant, { approvers }: People): May {
  const ended = isOver(action, now);
  if (ended) return no(ended);
  if (!person.isApprover)
    return no('You are not among the approvers that the runbook file names (people.approvers).', approvers);
  if (person.id === action.askedBy && !action.selfApprove) {
    return no(
      'You asked for this yourself, and the runbook file wants somebody else to approve it (self_approve: false).',
      approvers.filter((one) => one !== person.id),
    );
  }
  if (action.approvals.some((one) => one.person === person.id)) return no('You have approved this already.');
  return { ok: true };
}

/** Approvers may reject; the asker may withdraw. */
export function mayReject(action: Action, person: Person, now: Instant, { approvers }: People): May {
  const ended = isOver(action, now);
  if (ended) return no(ended);
  if (person.isApprover || person.id === action.askedBy) return { ok: true };
  return no('Only an approver may reject this, or the one who asked for it.', approvers);
}

function isOver({ state, expiresAt, trail }: Action, now: Instant): string | null {
  if (state === 'proposed') return now >= expiresAt ? 'This has expired. Ask again.' : null;
  const last = trail.findLast(({ event }) => event === 'approved' || event === 'rejected' || event === state);
  const by = last ? ` by ${named(last.who)}` : '';
  return `This is ${state} already${by}.`;
}

/** Only whoever rejected it may say why. */
export function mayExplain({ state, trail }: Action, person: Person): May {
  const rejected = trail.findLast(({ event }) => event === 'rejected');
  if (state === 'rejected' && rejected?.who === person.id) return { ok: true };
  return no('Only whoever rejected this may say why.');
}

/** People and user groups of Slack are mentioned, an address stands as it is. */
function mention(named: string): string {
  if (/^S[A-Z0-9]+$/.test(named)) return `<!subteam^${named}>`;
  return /^[UW][A-Z0-9]+$/.test(named) ? `<@${named}>` : named;
}

/** People of Slack are mentioned; the bot and the terminal have no id there. */
function named(who: string): string {
  if (who === 'bot') return 'the bot';
  return /^[UW][A-Z0-9]+$/.test(who) ? `<@${who}>` : who;
}
