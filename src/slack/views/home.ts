/** The Home tab: what waits for the reader's approval, open incidents, the state of each app, and the last deploys. */

import type { KnownBlock } from '@slack/types';
import type { DeployRelease } from '../../runbook/heroku/newest-deploy.ts';
import type { WatchedState } from '../../runbook/incidents/watched-state.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { incidentLine } from './incidents/incidents.ts';
import { signOf } from './parts/action-sign.ts';
import {
  bold,
  boldLink,
  clip,
  code,
  emoji,
  line,
  list,
  type Message,
  type Part,
  plain,
  richText,
} from './parts/message.ts';
import { agoOf, dayAndTimeOf, momentOf, person } from './parts/moments.ts';

export interface HomeShown {
  readonly at: Instant;
  readonly targets: readonly { readonly target: Target; readonly state: WatchedState }[];
  readonly waiting: readonly { readonly action: Action; readonly card: string | null }[];
  readonly incidents: readonly { readonly incident: Incident; readonly card: string | null }[];
  readonly deploys: readonly ShownDeploy[];
}

type ShownDeploy =
  | {
      readonly kind: 'action';
      readonly action: Action;
      readonly card: string | null;
      readonly release: DeployRelease | null;
    }
  | { readonly kind: 'release'; readonly app: string; readonly release: DeployRelease };

const MOST_WAITING = 10;

export function homeView({ at, targets, waiting, incidents, deploys }: HomeShown): Message {
  const approvals = part(
    waiting.length === 0 ? 'Nothing is waiting for your approval' : 'Waiting for your approval',
    waiting.slice(0, MOST_WAITING).map((one) => waitingLine(one, at)),
  );
  const open = part(
    incidents.length === 0 ? 'No open incidents' : 'Open incidents',
    incidents.map((one) => incidentLine(one, at)),
  );
  return {
    text: homeWords(waiting.length, incidents.length),
    blocks: [
      // Items that need someone come first, so that nobody reads "nothing is waiting" above an open incident.
      ...(waiting.length > 0 ? [...approvals, ...open] : [...open, ...approvals]),
      ...part(
        'Apps at their last check',
        targets.map((one) => targetLine(one, at)),
      ),
      ...part(
        deploys.length === 0 ? 'No deploys seen yet' : 'Last deploys',
        deploys.map((one) => (one.kind === 'release' ? releaseLine(one) : actionLine(one, at))),
      ),
      richText(
        line(plain('As of '), dayAndTimeOf(at), plain('. Check again: '), code('/raxx status'), plain('.')),
      ),
    ],
  };
}

function homeWords(waiting: number, open: number): string {
  const approvals = waiting === 1 ? '1 action is' : `${waiting} actions are`;
  const incidents = open === 1 ? '1 incident is' : `${open} incidents are`;
  return `${approvals} waiting for your approval; ${incidents} open.`;
}

function part(title: string, lines: readonly ReturnType<typeof line>[]): readonly KnownBlock[] {
  return [richText(line(bold(title)), ...(lines.length === 0 ? [] : [list('bullet', lines)]))];
}

function waitingLine({ action, card }: HomeShown['waiting'][number], now: Instant) {
  const { plan, askedBy, reason, expiresAt } = action;
  return line(
    plain(`${clip(plan.title, 200)} · proposed by `),
    person(askedBy),
    ...(reason === null ? [] : [plain(` “${clip(reason, 200)}”`)]),
    plain(' · until '),
    momentOf(expiresAt, now),
    ...cardParts(card),
  );
}

/** Example: `raxx-api-prod: v100 Deploy 9be41c07, 3 min ago by ops@raxx.app`. */
function releaseLine({ app, release }: Extract<ShownDeploy, { kind: 'release' }>) {
  const { version, description, actor, createdAt, status } = release;
  return line(
    bold(`${app}: `),
    plain(`v${version} ${clip(description, 200)}${status === 'succeeded' ? '' : ` (${status})`}, `),
    agoOf(createdAt),
    plain(` by ${clip(actor, 100)}`),
  );
}

function actionLine({ action, card, release }: Extract<ShownDeploy, { kind: 'action' }>, now: Instant) {
  const [sign, word] = signOf(action);
  return line(
    emoji(sign),
    plain(` ${word}: ${clip(action.plan.title, 200)} · proposed by `),
    person(action.askedBy),
    plain(' · '),
    momentOf(action.askedAt, now),
    plain(release === null ? '' : ` · v${release.version}`),
    ...cardParts(card),
  );
}

function cardParts(card: string | null): readonly Part[] {
  return card === null ? [] : [plain(' · '), boldLink(card, 'Open the card')];
}

function targetLine({ target, state }: HomeShown['targets'][number], now: Instant) {
  return line(bold(`${target.app}: `), ...stateParts(state, now));
}

function stateParts(state: WatchedState, now: Instant): readonly Part[] {
  switch (state.kind) {
    case 'never':
      return [plain('unknown, not checked yet')];
    case 'late':
      return state.seenAt === null
        ? [plain('unknown, no check has reached it yet')]
        : [plain('unknown, last checked '), momentOf(state.seenAt, now)];
    case 'blind':
      return [plain('unknown, Heroku unreachable since '), momentOf(state.since, now)];
    case 'off':
      return [plain('stopped, checked '), momentOf(state.seenAt, now)];
    case 'failing':
      return [
        plain('failing since '),
        momentOf(state.since, now),
        plain(', not confirmed by a second check yet'),
      ];
    case 'incident':
      return state.wellSince === null
        ? [plain(`${state.verdict}, incident open since `), momentOf(state.since, now)]
        : [plain('recovering since '), momentOf(state.wellSince, now), plain(', incident still open')];
    case 'well':
      return [plain('no failure seen, checked '), momentOf(state.seenAt, now)];
  }
}
