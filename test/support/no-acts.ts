/** For tests of the reading face: actions that nobody may come to. */
import type { Acts } from '../../src/operations/act.ts';
import type { Ledger } from '../../src/operations/ledger.ts';

const never = (name: string) => () => Promise.reject(new Error(`${name} was not expected`));

export const noActs: { acts: Acts; ledger: Ledger; canDo: ReadonlySet<never> } = {
  acts: {
    find: never('find'),
    propose: never('propose'),
    approve: never('approve'),
    reject: never('reject'),
    execute: never('execute'),
    verify: never('verify'),
    expire: never('expire'),
    care: never('care'),
    recover: never('recover'),
  },
  ledger: {
    propose: never('propose'),
    find: never('find'),
    approve: never('approve'),
    move: never('move'),
    note: never('note'),
    keepProgress: never('keepProgress'),
    lookAgain: never('lookAgain'),
    unwatched: never('unwatched'),
    changeAfter: never('changeAfter'),
    takenRuns: never('takenRuns'),
    placeCard: never('placeCard'),
    open: never('open'),
    recent: never('recent'),
    saveFormation: never('saveFormation'),
    savedFormations: never('savedFormations'),
    markRestored: never('markRestored'),
  },
  canDo: new Set(),
};
