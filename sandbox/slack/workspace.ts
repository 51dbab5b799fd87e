/** The workspace of the local Slack: its people, channels, user groups, and the one app installed in it. */

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  readonly timeZone: string;
  /** A `guest` has `is_restricted`. A `stranger` is from another workspace and is here through a shared channel. */
  readonly kind: 'member' | 'guest' | 'stranger' | 'bot';
  /** Their own workspace. On an Enterprise Grid it may be a different one. */
  readonly teamId: string;
  /** On an Enterprise Grid, every workspace of the organization that they are a member of. */
  readonly gridTeams?: readonly string[];
  /** True if their account is deactivated. */
  readonly isGone?: boolean;
}

export interface Channel {
  readonly id: string;
  /** Lowercase, as Slack requires. Empty for a direct message. */
  readonly name: string;
  readonly kind: 'public' | 'private' | 'im';
  readonly members: readonly string[];
  readonly isArchived?: boolean;
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
  readonly isDisabled?: boolean;
}

export interface Workspace {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly appId: string;
  readonly botId: string;
  readonly botUserId: string;
  people: readonly Person[];
  groups: readonly UserGroup[];
  channels: Channel[];
  /** The organization that this workspace belongs to. Omitted if there is none. */
  enterprise?: { readonly id: string; readonly name: string };
  /** Whether the app may send direct messages (the Messages tab of its manifest). */
  messagesTab: 'open' | 'closed';
  /** Block types that this workspace refuses in messages. */
  refusedBlocks: ReadonlySet<string>;
  /** The entries that the app adds to the menu of a message. */
  shortcuts: readonly Shortcut[];
  /** Whether the app may edit its messages. */
  edits: 'allowed' | 'refused';
}

export interface Shortcut {
  readonly callbackId: string;
  readonly name: string;
}

export const SLACKBOT = 'USLACKBOT';

const TEAM = 'T0RAXX001';
const OTHER_TEAM = 'T0OTHER01';
const OPERATOR = 'U0KRIS001';
const ENGINEER = 'U0MOIRA01';
const READER = 'U0ANA0001';
const GUEST = 'U0GUS0001';
const STRANGER = 'U0SAM0001';
const BOT = 'U0RAXXBOT';

export function raxxWorkspace(): Workspace {
  const member = { kind: 'member', teamId: TEAM } as const;
  return {
    team: { id: TEAM, name: 'raxx', domain: 'raxx' },
    appId: 'A0RAXXAPP',
    botId: 'B0RAXXBOT',
    botUserId: BOT,
    people: [
      {
        ...member,
        id: OPERATOR,
        name: 'kristerpher',
        realName: 'Kristerpher',
        email: 'ops@raxx.app',
        timeZone: 'America/New_York',
      },
      {
        ...member,
        id: ENGINEER,
        name: 'moira',
        realName: 'Moira Quill',
        email: 'moira@raxx.app',
        timeZone: 'Europe/Berlin',
      },
      {
        ...member,
        id: READER,
        name: 'ana',
        realName: 'Ana Reyes',
        email: 'ana@raxx.app',
        timeZone: 'America/Sao_Paulo',
      },
      {
        id: GUEST,
        name: 'gus',
        realName: 'Gus Tremaine',
        email: 'gus@contractor.example',
        timeZone: 'Europe/London',
        kind: 'guest',
        teamId: TEAM,
      },
      {
        id: STRANGER,
        name: 'sam',
        realName: 'Sam Okafor',
        email: 'sam@partner.example',
        timeZone: 'Europe/London',
        kind: 'stranger',
        teamId: OTHER_TEAM,
      },
      {
        id: BOT,
        name: 'raxx',
        realName: 'raxx',
        email: '',
        timeZone: 'Etc/UTC',
        kind: 'bot',
        teamId: TEAM,
      },
    ],
    messagesTab: 'open',
    refusedBlocks: new Set(),
    shortcuts: [],
    edits: 'allowed',
    groups: [{ id: 'S0ONCALL1', handle: 'oncall', name: 'On call', users: [OPERATOR, ENGINEER] }],
    channels: [
      {
        id: 'C0MOOSE01',
        name: 'moosequest',
        kind: 'public',
        members: [OPERATOR, ENGINEER, READER, GUEST, STRANGER, BOT],
      },
      // The bot is not in these two, so it can reply there only through the response_url.
      { id: 'C0RANDOM1', name: 'random', kind: 'public', members: [OPERATOR, ENGINEER, READER, GUEST] },
      { id: 'C0LEADS01', name: 'leads', kind: 'private', members: [OPERATOR] },
    ],
  };
}

export function findPerson(workspace: Workspace, id: string): Person | undefined {
  return workspace.people.find((one) => one.id === id);
}

export function findChannel(workspace: Workspace, id: string): Channel | undefined {
  return workspace.channels.find((one) => one.id === id);
}

/** Returns the direct message between the bot and this person, and opens it if there is none. */
export function openDirectMessage(workspace: Workspace, userId: string): Channel {
  const members = [userId, workspace.botUserId];
  const known = workspace.channels.find(
    (one) => one.kind === 'im' && members.every((id) => one.members.includes(id)),
  );
  if (known) return known;
  const opened: Channel = { id: `D${userId.slice(1)}`, name: '', kind: 'im', members };
  workspace.channels = [...workspace.channels, opened];
  return opened;
}

export function joinChannel(workspace: Workspace, channelId: string, userId: string): void {
  workspace.channels = workspace.channels.map((one) =>
    one.id === channelId && !one.members.includes(userId)
      ? { ...one, members: [...one.members, userId] }
      : one,
  );
}
