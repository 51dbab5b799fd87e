/** What Slack refused, on each database: counted by kind, and forgotten after a month. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../src/store/database/db.ts';
import { noteRefusal, readRefusals } from '../../src/store/slack-refusals.ts';
import { DATABASES } from '../support/databases.ts';

const DAY = 24 * 60 * 60_000;
const AT = Date.parse('2026-05-01T10:00:00Z');
const refusal = { method: 'chat.update', what: 'as drawn', code: 'invalid_blocks', detail: 'first' };

describe.each(DATABASES)('refusals on $name', ({ skip, open }) => {
  describe.skipIf(skip !== null)('', () => {
    let db: Db;
    beforeEach(async () => {
      db = await open();
    });
    afterEach(() => db.close());

    it('are counted with their newest reason and time, newest first', async () => {
      await noteRefusal(db, refusal, AT);
      await noteRefusal(db, { ...refusal, method: 'chat.postMessage' }, AT + 1_000);
      await noteRefusal(db, { ...refusal, detail: 'x'.repeat(5_000) }, AT + 2_000);
      expect(await readRefusals(db)).toEqual([
        { ...refusal, detail: 'x'.repeat(500), times: 2, lastAt: AT + 2_000 },
        { ...refusal, method: 'chat.postMessage', times: 1, lastAt: AT + 1_000 },
      ]);
    });

    it('are forgotten a month after the last one', async () => {
      await noteRefusal(db, refusal, AT);
      await noteRefusal(db, { ...refusal, code: 'msg_too_long' }, AT + 31 * DAY);
      expect((await readRefusals(db)).map(({ code }) => code)).toEqual(['msg_too_long']);
    });
  });
});
