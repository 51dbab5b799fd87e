/** Maps each `action_id` of our buttons to the function that handles the click. An option of a menu is a button, too. */

import type { App, BlockAction, ButtonAction, OverflowAction } from '@slack/bolt';
import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { approveByClick, askWhyRejected, rejectByClick } from '../actions/decide.ts';
import { manualCommandsOfClick } from '../actions/manual-command.ts';
import { refusalOf, runProposal } from '../actions/propose.ts';
import type { ReplyTo } from '../client/post.ts';
import type { Click, SlackContext } from '../context.ts';
import { requesterOf, runDiagnosis, showChecks } from '../diagnosis/run-diagnosis.ts';
import { acknowledgeByClick, closeByClick, draftPostmortem } from '../incidents/click.ts';
import { identify } from '../people/identify.ts';
import { phraseView, sentenceView } from '../views/parts/answers.ts';
import { OPEN_SETTINGS, type Pressed, pressedOption } from '../views/parts/propose-buttons.ts';
import { runAfterAck } from './failure.ts';
import { isFirst, originOf } from './request.ts';

/** Resolves once the person, or the card, shows the outcome of the click. No click is silently ignored. */
type ButtonHandler = (context: SlackContext, click: Click) => Promise<void>;

/** The `action_id` of every button that a view draws. */
export type ButtonId =
  | 'approve'
  | 'reject'
  | 'say_why'
  | 'acknowledge'
  | 'close_incident'
  | 'postmortem'
  | 'diagnose_again'
  | 'show_checks'
  | `propose_${ActionKind}`;

const HANDLERS: Readonly<Record<ButtonId, ButtonHandler>> = {
  approve: approveByClick,
  reject: rejectByClick,
  say_why: askWhyRejected,
  acknowledge: acknowledgeByClick,
  close_incident: closeByClick,
  postmortem: draftPostmortem,
  diagnose_again: diagnoseAgain,
  show_checks: (context, click) =>
    withTarget(context, click, 'Checking', (target) => showChecks(context, target, click)),
  propose_stop: (context, click) => proposeByClick(context, click, 'stop'),
  propose_restore: (context, click) => proposeByClick(context, click, 'restore'),
  propose_deploy: (context, click) => proposeByClick(context, click, 'deploy'),
  propose_restart: (context, click) => proposeByClick(context, click, 'restart'),
  propose_rollback: (context, click) => proposeByClick(context, click, 'rollback'),
  propose_boot_timeout: (context, click) => proposeByClick(context, click, 'boot_timeout'),
  propose_resize: (context, click) => proposeByClick(context, click, 'resize'),
  propose_unfreeze: (context, click) => proposeByClick(context, click, 'unfreeze'),
  propose_create_gate: (context, click) => proposeByClick(context, click, 'create_gate'),
};

export function listenToButtons(app: App, context: SlackContext): void {
  app.action<BlockAction<ButtonAction | OverflowAction>>(
    { type: 'block_actions', action_id: /.*/ },
    async ({ ack, body, action, client }) => {
      await ack();
      if (action.action_id === OPEN_SETTINGS) return;
      if (!isFirst(context, body.trigger_id)) return;
      const user = body.user.id;
      const replyTo: ReplyTo = { channel: body.channel?.id ?? user, user, responseUrl: body.response_url };
      const { id: buttonId, value } = pressedOf(action);
      await runAfterAck(
        context,
        replyTo,
        async () => {
          const known = await identify(context, user, originOf(body));
          if (!known.ok) return context.post.toAsker(replyTo, sentenceView(known.words));
          await handlerOf(buttonId)(context, {
            value,
            person: known.person,
            replyTo,
            openDialog: async (view) => {
              await client.views.open({ trigger_id: body.trigger_id, view });
            },
          });
        },
        () => manualCommandsOfClick(context, buttonId, value),
      );
    },
  );
}

/** A choice that names no option presses no button, which is answered like a button that is gone. */
function pressedOf(action: ButtonAction | (Partial<OverflowAction> & Pick<OverflowAction, 'type'>)): Pressed {
  return action.type === 'overflow'
    ? pressedOption(fromOutside(action.selected_option?.value ?? ''))
    : { id: action.action_id, value: fromOutside(action.value ?? '') };
}

function handlerOf(buttonId: string): ButtonHandler {
  return isButtonId(buttonId) ? HANDLERS[buttonId] : answerUnknown;
}

export function isButtonId(id: string): id is ButtonId {
  return Object.hasOwn(HANDLERS, id);
}

/** A card may be older than the bot, or show a kind of action for which there is no longer a token. */
async function answerUnknown({ post }: SlackContext, { replyTo }: Click): Promise<void> {
  const words = 'This button is no longer supported. Nothing was done. Type `/raxx help`.';
  await post.toAsker(replyTo, sentenceView(words));
}

/** A refusal comes before any message that something has started. */
async function diagnoseAgain(context: SlackContext, click: Click): Promise<void> {
  const { diagnosisService, post } = context;
  const target = targetOf(context, click);
  const refused = target && diagnosisService.refusal('diagnose', [target], requesterOf(click.person));
  if (refused) return post.toAsker(click.replyTo, sentenceView(notBegunWords(refused)));
  return withTarget(context, click, 'Diagnosing', (found) => runDiagnosis(context, found, click));
}

async function proposeByClick(context: SlackContext, click: Click, kind: ActionKind): Promise<void> {
  if (!context.canDo.has(kind)) return answerUnknown(context, click);
  const target = targetOf(context, click);
  const refused = target && refusalOf(context, { kind, target }, click);
  if (refused) return context.post.toAsker(click.replyTo, phraseView(refused));
  return withTarget(context, click, 'Looking at', (found) => {
    const proposal = { kind, target: found, reason: null, version: null, ref: null, isFix: true };
    return runProposal(context, proposal, click);
  });
}

/**
 * Looks the target up in the current runbook file, however old the card is. Undefined if the file no longer names it.
 */
function targetOf({ facts }: SlackContext, { value }: Click): Target | undefined {
  return facts.targets.find(({ name }) => name === value);
}

async function withTarget(
  context: SlackContext,
  click: Click,
  doing: string,
  run: (target: Target) => Promise<void>,
): Promise<void> {
  const { post } = context;
  const target = targetOf(context, click);
  if (!target) {
    const words =
      'The runbook file no longer names this target. Nothing was done. `/raxx status` lists the targets.';
    return post.toAsker(click.replyTo, sentenceView(words));
  }
  await post.toAsker(click.replyTo, sentenceView(`${doing} ${target.name}…`));
  await run(target);
}
