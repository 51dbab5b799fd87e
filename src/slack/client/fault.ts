/** A refusal or a missing response from Slack, as a value. Its kind says what can be done about it. */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

export interface SlackFault {
  readonly kind:
    | 'wait' // an outage or a rate limit, which is temporary
    | 'content' // the blocks or the text: a simpler message may be accepted
    | 'message' // this message can no longer be changed
    | 'place' // nothing can be posted there until someone fixes it
    | 'person' // no person or user group has that name
    | 'token' // the token itself is refused
    | 'scope' // the app lacks a permission
    | 'trigger' // the request to open a dialog came too late
    | 'other'; // an error code that is not in this table
  /** Slack's error code, for example `is_archived`. */
  readonly code: string;
  /** Details that Slack adds to the code. Null when there are none. */
  readonly detail: string | null;
  /** The permission that the app lacks. Null when Slack names none. */
  readonly neededScope: string | null;
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

/** Returns the fault behind a rejected call, or null if the error did not come from Slack. */
export function slackFaultOf(error: unknown): SlackFault | null {
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata } = error.data;
    const needed: unknown = Reflect.get(error.data, 'needed');
    if (typeof needed === 'string') return { ...faultOfCode(code, `needed: ${needed}`), neededScope: needed };
    return faultOfCode(code, response_metadata?.messages?.join('; ') ?? null);
  }
  if (error instanceof WebAPIRateLimitedError)
    return faultOfKind('wait', 'ratelimited', `for ${error.retryAfter} s`);
  if (error instanceof WebAPIHTTPError) return faultOfKind('wait', `HTTP ${error.statusCode}`);
  if (error instanceof WebAPIRequestError) return faultOfKind('wait', 'no answer', error.original.message);
  return null;
}

/**
 * Slack's client reports a response that is not JSON (an error page) as the code.
 * That is an outage, not an error code.
 */
export function faultOfCode(code: string, detail: string | null = null): SlackFault {
  if (!/^[\w.-]{1,80}$/.test(code)) return faultOfKind('wait', 'not JSON', code.slice(0, 200));
  return faultOfKind(KIND_OF.get(code) ?? 'other', code, detail);
}

export function faultOfKind(
  kind: SlackFault['kind'],
  code: string,
  detail: string | null = null,
): SlackFault {
  return { kind, code, detail: detail === '' ? null : detail, neededScope: null };
}

/** The fault of a message for which there was no form to try. */
export const NOTHING_TO_SEND = faultOfKind('content', 'no_text');

/** Returns whether the fault is temporary, or ends once the token is renewed. The caller then retries. */
export function isPassing({ kind }: SlackFault): boolean {
  return kind === 'wait' || kind === 'token';
}

export type SlackAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: SlackFault };

/** Returns a refusal as a value. Throws temporary faults and any error that did not come from Slack. */
export async function answerOf<T>(call: () => Promise<T>): Promise<SlackAnswer<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    const fault = slackFaultOf(error);
    if (fault === null || isPassing(fault)) throw error;
    return { ok: false, fault };
  }
}

interface Why {
  readonly why: string;
  readonly fix: string;
}

const KNOWN_PLACES: Readonly<Record<string, Why>> = {
  channel_not_found: {
    why: 'it does not exist, or it is private and I am not in it',
    fix: '/invite me there, or check slack.channel in the runbook file',
  },
  not_in_channel: { why: 'I am not in it', fix: '/invite me there' },
  is_archived: {
    why: 'it is archived',
    fix: 'unarchive it, or name another channel in slack.channel of the runbook file',
  },
  messages_tab_disabled: {
    why: "the app's Messages tab is closed",
    fix: 'open it at api.slack.com/apps → App Home → Messages Tab (manifest.yml opens it)',
  },
  cannot_dm_bot: { why: 'it is a bot', fix: 'name a person in the runbook file' },
  user_disabled: { why: 'their account is deactivated', fix: 'name someone else in the runbook file' },
  user_not_found: { why: 'no Slack user has that ID', fix: 'name someone else in the runbook file' },
  missing_scope: {
    why: 'the app lacks a permission',
    fix: 'add it at api.slack.com/apps → OAuth & Permissions and reinstall the app (manifest.yml lists them)',
  },
};

/** Returns why nothing can be posted there and what fixes it, as two halves of a sentence. */
export function whyAndFix({ kind, code, detail }: SlackFault): Why {
  const known = KNOWN_PLACES[code];
  if (known)
    return { ...known, why: kind === 'scope' && detail !== null ? `${known.why} (${detail})` : known.why };
  if (code.startsWith('restricted_action'))
    return { why: 'posting is restricted there', fix: 'a Slack admin can let the app post' };
  return { why: `Slack refuses it (${code})`, fix: 'ask a Slack admin' };
}

/** Formats a fault, for example `Slack: ratelimited, for 30 s`. */
export function faultWords({ code, detail }: SlackFault): string {
  return detail === null ? `Slack: ${code}` : `Slack: ${code}, ${detail}`;
}
