/** The Slack app's manifest: valid by Slack's own schema, with no more scopes than needed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const manifest: unknown = parse(readFileSync(join(import.meta.dirname, '../manifest.yml'), 'utf8'));
const SCHEMA = process.env.SLACK_MANIFEST_SCHEMA;

describe('manifest.yml', () => {
  it.skipIf(!SCHEMA)(
    `is valid by Slack’s schema${SCHEMA ? '' : ' (SLACK_MANIFEST_SCHEMA names no file)'}`,
    () => {
      const ajv = new Ajv({ strict: false, allErrors: true });
      formats.default(ajv);
      const validate = ajv.compile(JSON.parse(readFileSync(String(SCHEMA), 'utf8')));
      expect({ valid: validate(manifest), errors: validate.errors }).toEqual({ valid: true, errors: null });
    },
  );

  it('asks for no more scopes and events than it needs', () => {
    expect(manifest).toMatchObject({
      features: {
        // Without the Messages tab, Slack refuses every direct message of the app.
        app_home: { messages_tab_enabled: true, home_tab_enabled: true },
        slash_commands: [{ command: '/raxx', should_escape: true }],
      },
      // Slack sends it no other messages.
      settings: { event_subscriptions: { bot_events: ['app_mention', 'app_home_opened'] } },
      oauth_config: {
        scopes: {
          bot: [
            'commands',
            'chat:write',
            'app_mentions:read',
            'users:read',
            'users:read.email',
            'usergroups:read',
            'channels:read',
            'groups:read',
          ],
        },
      },
    });
  });
});
