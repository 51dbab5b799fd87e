/** Why someone is paged for an incident, as its card lists it. */
import { describe, expect, it } from 'vitest';
import type { OpenWake } from '../../../src/runbook/model/incident.ts';
import { reasons } from '../../../src/slack/views/incidents/reasons.ts';
import { richText } from '../../../src/slack/views/parts/message.ts';
import { cardText } from '../../support/card-text.ts';
import { testFacts } from '../../support/facts.ts';
import { event, incident, KRIS, MINUTE, MOIRA, SINCE, unreachable } from '../../support/incident.ts';

const REASON = 'logins fail';

function call(minutes: number, id: string): OpenWake {
  const at = SINCE + minutes * MINUTE;
  return { ...unreachable, cause: { kind: 'hand', id }, reason: REASON, since: at, dueAt: at };
}

function calledBy(minutes: number, who: string, words = REASON) {
  return { ...event('escalated', minutes, words, who), byHand: true };
}

function said(one: Parameters<typeof incident>[0]): string[] {
  const lines = reasons(incident(one), { facts: testFacts, now: SINCE + 9 * MINUTE });
  return cardText({ text: '', blocks: [richText(...lines)] })
    .split('\n')
    .filter((line) => line.includes('Escalated'));
}

describe('the reason of an escalation by hand', () => {
  it('names each caller, even when two people call with the same words', () => {
    const lines = said({
      wakes: [call(2, 'first'), call(5, 'second')],
      trail: [calledBy(2, KRIS), calledBy(5, MOIRA)],
    });
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`Escalated by .*${KRIS}.*: ${REASON}`)),
      expect.stringMatching(new RegExp(`Escalated by .*${MOIRA}.*: ${REASON}`)),
    ]);
  });

  it('names the caller whose words the timeline stored in another form', () => {
    const [line] = said({ wakes: [call(2, 'first')], trail: [calledBy(2, KRIS, 'logins  fail')] });
    expect(line).toContain(KRIS);
  });

  it('names nobody when the timeline has no call at that time', () => {
    expect(said({ wakes: [call(2, 'first')], trail: [calledBy(3, KRIS)] })).toEqual([
      expect.stringMatching(/Escalated: /),
    ]);
  });
});
