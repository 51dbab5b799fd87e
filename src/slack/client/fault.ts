/** What Slack refused, or that it did not answer, as a value: its kind says what can be done about it. */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

export interface SlackFault {
  readonly kind:
    | 'wait' // an outage, a rate limit: it passes by itself
    | 'content' // the blocks or the text: a simpler message may be taken
    | 'message' // that message cannot be changed any more
    | 'place' // nothing can be posted there until somebody puts it right
    | 'person' // there is nobody, or no group, of that name
    | 'token' // the token itself
    | 'scope' // the app lacks a permission
    | 'trigger' // a dialog that was to be opened too late
    | 'other'; // a refusal that we know nothing of
  /** Slack's own word: `is_archived`. */
  readonly code: string;
  /** What Slack says beside it; '' for nothing. */
  readonly detail: string;
}

const KINDS: readonly (readonly [kind: SlackFault['kind'], codes: readonly string[]])[] = [
  [
    'wait',
    [
      'ratelimited',
      'rate_limited',
      'internal_error',
      'fatal_error',
      'service_unavailable',
      'request_timeout',
      'team_added_to_org',
      'streaming_state_conflict',
    ],
  ],
  [
    'content',
    [
      'invalid_blocks',
      'invalid_blocks_format',
      'msg_blocks_too_long',
      'msg_too_long',
      'invalid_arguments',
      'no_text',
      'markdown_text_conflict',
    ],
  ],
  [
    'message',
    [
      'message_not_found',
      'cant_update_message',
      'edit_window_closed',
      'is_inactive',
      'block_mismatch',
      'update_failed',
    ],
  ],
  [
    'place',
    [
      'channel_not_found',
      'not_in_channel',
      'is_archived',
      'restricted_action',
      'restricted_action_read_only_channel',
      'restricted_action_thread_only_channel',
      'restricted_action_non_threadable_channel',
      'restricted_action_thread_locked',
      'ekm_access_denied',
      'messages_tab_disabled',
      'cannot_reply_to_message',
      'cannot_dm_bot',
      'user_disabled',
      'user_not_in_channel',
      'team_access_not_granted',
    ],
  ],
  ['person', ['users_not_found', 'user_not_found', 'user_not_visible', 'no_such_subteam']],
  ['token', ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive']],
  ['scope', ['missing_scope', 'not_allowed_token_type', 'no_permission', 'access_denied']],
  [
    'trigger',
    [
      'expired_trigger_id',
      'trigger_expired',
      'trigger_exchanged',
      'exchanged_trigger_id',
      'invalid_trigger_id',
    ],
  ],
];

const KIND_OF = new Map(KINDS.flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const)));

/** The fault that stands behind a rejected call; null: it is none of Slack's. */
export function slackFaultOf(error: unknown): SlackFault | null {
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata } = error.data;
    const messages = response_metadata?.messages?.join('; ') ?? '';
    const needed: unknown = Reflect.get(error.data, 'needed');
    const detail = typeof needed === 'string' ? `needed: ${needed}` : messages;
    return faultOfCode(code, detail);
  }
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'wait', code: 'ratelimited', detail: `for ${error.retryAfter} s` };
  if (error instanceof WebAPIHTTPError) return { kind: 'wait', code: `HTTP ${error.statusCode}`, detail: '' };
  if (error instanceof WebAPIRequestError)
    return { kind: 'wait', code: 'no answer', detail: error.original.message };
  return null;
}

/** An answer that is no JSON (an error page) is given as its code: it is no word of Slack's API. */
export function faultOfCode(code: string, detail = ''): SlackFault {
  if (!/^[\w.-]{1,80}$/.test(code)) return { kind: 'wait', code: 'no JSON', detail: code.slice(0, 200) };
  return { kind: KIND_OF.get(code) ?? 'other', code, detail };
}

/** It passes by itself, or when the token is put right: whoever asked tries again. */
export function isPassing({ kind }: SlackFault): boolean {
  return kind === 'wait' || kind === 'token';
}

interface Why {
  readonly why: string;
  readonly cure: string;
}

const PLACES: Readonly<Record<string, Why>> = {
  channel_not_found: {
    why: 'it does not exist, or it is private and I am not in it',
    cure: '/invite me there, or check slack.channel in the runbook file',
  },
  not_in_channel: { why: 'I am not in it', cure: '/invite me there' },
  is_archived: {
    why: 'it is archived',
    cure: 'unarchive it, or name another channel in slack.channel of the runbook file',
  },
  messages_tab_disabled: {
    why: "the app's Messages tab is closed",
    cure: 'open it at api.slack.com/apps → App Home → Messages Tab (manifest.yml does)',
  },
  cannot_dm_bot: { why: 'that is a bot', cure: 'name a person in the runbook file' },
  user_disabled: { why: 'their account is deactivated', cure: 'name somebody else in the runbook file' },
  user_not_found: { why: 'nobody here has that id', cure: 'name somebody else in the runbook file' },
  missing_scope: {
    why: 'the app lacks a permission',
    cure: 'add it at api.slack.com/apps → OAuth & Permissions and reinstall the app (manifest.yml lists them)',
  },
};

/** Why nothing can be posted there, and who or what puts it right: two halves of a sentence. */
export function placeWhy({ kind, code, detail }: SlackFault): Why {
  const known = PLACES[code];
  if (known)
    return { ...known, why: kind === 'scope' && detail !== '' ? `${known.why} (${detail})` : known.why };
  if (code.startsWith('restricted_action'))
    return { why: 'posting is restricted there', cure: 'a Slack admin can let the app post' };
  return { why: `Slack refuses it (${code})`, cure: 'a Slack admin can tell more' };
}

/** `Slack: ratelimited, for 30 s` */
export function faultWords({ code, detail }: SlackFault): string {
  return detail === '' ? `Slack: ${code}` : `Slack: ${code}, ${detail}`;
}
