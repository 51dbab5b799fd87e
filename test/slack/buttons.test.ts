/** The buttons of the views and the table of their handlers, held together. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isButtonId } from '../../src/slack/listeners/button.ts';
import { SAY_WHY } from '../../src/slack/views/actions/reject-reason.ts';
import { firstRow, pressedOption, proposeButtons } from '../../src/slack/views/parts/propose-buttons.ts';
import { KINDS } from '../support/kinds.ts';

const VIEWS = join(import.meta.dirname, '../../src/slack/views');
const KIND_NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

describe('a button', () => {
  it('has a handler wherever a view draws it', () => {
    const sources = globSync('**/*.ts', { cwd: VIEWS }).map((file) =>
      readFileSync(join(VIEWS, file), 'utf8'),
    );
    const drawn = [...sources.join('\n').matchAll(/(?:action_id: |\bbutton\(\s*)'([a-z_]+)'/g)].map(
      ([, id = '']) => id,
    );
    expect(new Set(drawn)).toEqual(
      new Set([
        'approve',
        'reject',
        'acknowledge',
        'close_incident',
        'postmortem',
        'diagnose_again',
        'show_checks',
      ]),
    );
    expect([...drawn, SAY_WHY].filter((id) => !isButtonId(id))).toEqual([]);
  });

  it('has a handler for every kind of action that it proposes', () => {
    const ids = proposeButtons(KIND_NAMES, 'prod').map(({ action_id }) => action_id ?? '');
    expect(ids).toHaveLength(KIND_NAMES.length);
    expect(ids.filter((id) => !isButtonId(id))).toEqual([]);
  });

  it('has a handler wherever a menu offers it', () => {
    const offers = { first: [], others: KIND_NAMES.slice(0, 5), rollback: null };
    const [row] = firstRow(proposeButtons(['stop'], 'prod'), offers, 'prod');
    const [, menu] = row?.type === 'actions' ? row.elements : [];
    const options = menu?.type === 'overflow' ? menu.options : [];
    expect(options.map(({ value }) => pressedOption(value ?? ''))).toEqual(
      offers.others.map((kind) => ({ id: `propose_${kind}`, value: 'prod' })),
    );
  });

  it('is in the menu only if it fits', () => {
    const offers = { first: [], others: KIND_NAMES, rollback: null };
    const options = (target: string) => {
      const [row] = firstRow(proposeButtons(['stop'], target), offers, target);
      const [, menu] = row?.type === 'actions' ? row.elements : [];
      return menu?.type === 'overflow' ? menu.options : null;
    };
    expect(options('prod')).toHaveLength(5);
    const long = options('x'.repeat(58)) ?? [];
    expect(long.length).toBeGreaterThan(0);
    expect(long.filter(({ value = '' }) => value.length > 75)).toEqual([]);
    expect(options('x'.repeat(75))).toBeNull();
  });

  it('has no handler under the name of a property that every object has', () => {
    expect(isButtonId('toString')).toBe(false);
    expect(isButtonId('__proto__')).toBe(false);
  });
});
