import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/runbook/commands/parse-command.ts';
import { nearestWord } from '../../src/runbook/text/nearest-word.ts';
import { testFacts } from '../support/facts.ts';

const parse = (text: string) => parseCommand(text, testFacts, nearestWord);
/** `diagnose prod` */
function said(text: string): string {
  const command = parse(text);
  if (command.kind === 'diagnose' || command.kind === 'logs') return `${command.kind} ${command.target.name}`;
  if (command.kind === 'status') return `status ${command.targets.map(({ name }) => name).join('+')}`;
  return command.kind;
}

describe('/raxx', () => {
  it.each([
    ['', 'help'],
    ['   ', 'help'],
    ['help', 'help'],
    ['help me please', 'help'],
    ['status', 'status prod+staging'],
    ['status prod', 'status prod'],
    ['diagnose prod', 'diagnose prod'],
    ['diagnose production', 'diagnose prod'],
    ['DIAGNOSE Prod', 'diagnose prod'],
    ['logs staging', 'logs staging'],
    ['“diagnose” ‘prod’', 'diagnose prod'],
    ['diagnose\u00a0prod', 'diagnose prod'],
    ['diag\u200bnose \ufeffprod\u2060', 'diagnose prod'],
    ['`diagnose prod`', 'diagnose prod'],
    ['*diagnose* _prod_.', 'diagnose prod'],
    ['diagnose   \n prod', 'diagnose prod'],
    ['diagnose', 'usage'],
    ['diagnose prod staging', 'usage'],
    ['diagnose — prod', 'diagnose prod'],
    ['— status – prod -', 'status prod'],
    ['diagnose --prod', 'usage'],
    ['deploy prod', 'propose'],
    ['deploy prod main', 'propose'],
    ['deploy prod main now', 'usage'],
    ['diagnose raxx-api-prod', 'diagnose prod'],
    ['plan stop prod', 'plan'],
    ['constructor', 'usage'],
    ['__proto__ prod', 'usage'],
  ])('%j is %s', (text, expected) => expect(said(text)).toBe(expected));

  it.each([
    [
      'dignose prod',
      'There is no command "dignose". Did you mean `diagnose`? Nothing was done. Type `/raxx diagnose prod`.',
    ],
    ['xyzzy', 'There is no command "xyzzy". Nothing was done. Type `/raxx help`.'],
    [
      'diagnose',
      '`diagnose` needs a target: `prod`, `staging`. Nothing was done. Usage: `/raxx diagnose <target>`',
    ],
    [
      'logs prdo',
      'There is no target "prdo". Did you mean `prod`? Targets: `prod`, `staging`. Nothing was done. Usage: `/raxx logs <target>`',
    ],
    ['status prod now', 'Unexpected: "now". Nothing was done. Usage: `/raxx status [target]`'],
  ])('answers %j with: %s', (text, words) => expect(parse(text)).toEqual({ kind: 'usage', words }));

  it.each([
    ['escalate prod it burns', { kind: 'escalate', reason: 'it burns' }],
    ['escalate production “the whole site is down”', { kind: 'escalate', reason: 'the whole site is down' }],
    [
      'escalate prod Logins fail, since 10:00 — 5 % of all (see @moira: "it burns!").',
      { kind: 'escalate', reason: 'Logins fail, since 10:00 — 5 % of all (see @moira: "it burns!").' },
    ],
    ['stop — prod — it’s *on fire*!', { kind: 'propose', reason: 'it’s *on fire*!' }],
    ['stop prod', { kind: 'propose', reason: null }],
    ['snooze prod 2h', { kind: 'snooze', forMs: 7_200_000 }],
    ['snooze prod 1h30m', { kind: 'snooze', forMs: 5_400_000 }],
    ['snooze prod 90 min', { kind: 'snooze', forMs: 5_400_000 }],
    ['snooze prod 1d', { kind: 'snooze', forMs: 86_400_000 }],
    ['snooze prod off', { kind: 'snooze', forMs: null }],
    ['snooze prod END', { kind: 'snooze', forMs: null }],
  ])('understands %j', (text, command) =>
    expect(parse(text)).toMatchObject({ ...command, target: { name: 'prod' } }),
  );

  it.each([
    [
      'escalate prod',
      '`escalate` needs a reason: it is what the operator reads first. Nothing was done. Usage: `/raxx escalate <target> <reason>`',
    ],
    ['escalate', '`escalate` needs a target'],
    [
      'snooze prod',
      '`snooze` needs a duration: say `30m`, `2h` or `1h30m`. Nothing was done. Usage: `/raxx snooze <target> <duration>`',
    ],
    ['snooze prod soon', '"soon" is not a duration. Use `30m`, `2h`, `1h30m` or `off`. Nothing was done.'],
    ['snooze prod 30', '"30" is not a duration'],
    ['snooze prod 25h', 'A snooze lasts 24 h at most: say `12h`. Nothing was done.'],
    ['snooze prod 2d', 'A snooze lasts 24 h at most'],
    ['snooze prdo 2h', 'There is no target "prdo". Did you mean `prod`?'],
  ])('does nothing for %j, and says what to type', (text, words) => {
    const command = parse(text);
    expect(command).toMatchObject({ kind: 'usage', words: expect.stringContaining(words) });
  });

  it.each([
    ['diag prod', '/raxx diagnose prod'],
    ['prod diagnose', '/raxx diagnose prod'],
    ['prod', '/raxx diagnose prod'],
    ['prod why', null],
    ['status all', '/raxx status'],
    ['snooze 1h prod', '/raxx snooze prod 1h'],
    ['mute staging 2h', '/raxx snooze staging 2h'],
    ['undo prod', '/raxx rollback prod'],
    ['plan rollbck prod', '/raxx plan rollback prod'],
    ['logs raxx-api-prd', 'raxx-api-prod'],
    ['xyzzy prod', null],
  ])('does not accept %j, and suggests %s', (text, meant) => {
    const command = parse(text);
    if (command.kind !== 'usage') throw new Error(command.kind);
    expect(command.words).toContain('Nothing was done.');
    const hints = [...command.words.matchAll(/(?:Did you mean|Type) `([^`]*)`/g)].map(([, hint]) => hint);
    if (meant === null) expect(command.words).not.toContain('Did you mean');
    else expect(hints).toContain(meant);
  });

  it.each([
    ['stop prod staging', 'Which one: `prod`, `staging`? Nothing was done.'],
    ['restart staging raxx-api-prod now', 'Which one: `staging`, `prod`?'],
    ['diagnose prod staging', 'Which one: `prod`, `staging`?'],
    [
      'deploy prod --dry-run',
      'There is no option "--dry-run". Nothing was done. To see the plan and propose nothing: `/raxx plan deploy prod`.',
    ],
    ['deploy prod —force', 'There is no option "-force".'],
    ['status --json', 'There is no option "--json". Nothing was done. Type `/raxx help`.'],
    ['restart', '`restart` needs a target'],
    ['plan', '`plan` needs a change: `stop`, `restore`, `deploy`, `restart`, `rollback`.'],
    ['plan prod', '`plan` needs a change; "prod" isn\'t one'],
    ['plan stop', '`stop` needs a target'],
    ['rollback prod last', '"last" is not a version. Say v41.'],
    ['deploy prod main please', 'Unexpected: "please".'],
  ])('proposes nothing for %j: %s', (text, words) => {
    expect(parse(text)).toMatchObject({ kind: 'usage', words: expect.stringContaining(words) });
  });

  it.each([
    ['stop prod too many errors', { action: 'stop', reason: 'too many errors' }],
    ['stop prod because it burns', { action: 'stop', reason: 'it burns' }],
    ['restart prod now please', { action: 'restart', reason: 'now please' }],
    ['restart raxx-api-prod because workers hang', { action: 'restart', reason: 'workers hang' }],
    ['restore prod because fixed in #12', { action: 'restore', reason: 'fixed in #12' }],
    ['rollback prod because v99 is bad', { action: 'rollback', version: null, reason: 'v99 is bad' }],
    ['rollback prod v98 because v99 is bad', { action: 'rollback', version: 98, reason: 'v99 is bad' }],
    ['deploy prod because hotfix', { action: 'deploy', ref: null, reason: 'hotfix' }],
    ['deploy prod main because hotfix', { action: 'deploy', ref: 'main', reason: 'hotfix' }],
    ['plan deploy prod main', { kind: 'plan', action: 'deploy', ref: 'main', reason: null }],
  ])('reads %j as a change with its reason', (text, command) =>
    expect(parse(text)).toMatchObject({ kind: 'propose', target: { name: 'prod' }, ...command }),
  );

  it('asks which one is meant when several process types of one app are targets', () => {
    const [prod] = testFacts.targets;
    if (!prod) throw new Error('no prod');
    const worker = { ...prod, name: 'worker', aliases: [], processType: 'worker' };
    const facts = { ...testFacts, targets: [prod, worker] };
    expect(parseCommand('stop raxx-api-prod', facts, nearestWord)).toMatchObject({
      kind: 'usage',
      words: expect.stringContaining('Which one of raxx-api-prod: `prod`, `worker`?'),
    });
  });

  it('shortens what is far too long', () => {
    const command = parse('x'.repeat(5_000));
    expect(command.kind === 'usage' && command.words.length).toBeLessThan(200);
  });

  it('never throws, and does nothing for an unknown word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const known = /^(status|diagnose|logs|help)$/;
        const { kind } = parse(`zz${text}`);
        expect(kind).not.toMatch(known.test(`zz${text}`) ? /^$/ : /status|diagnose|logs/);
      }),
    );
  });
});
