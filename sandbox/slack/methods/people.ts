/** `users.*`, `usergroups.*`, `team.info`, `auth.test`: people, groups, the workspace, and the token's owner. */
import { type Arguments, type Method, need, page, Refusal } from '../method.ts';
import type { Slack } from '../slack.ts';
import type { Person, UserGroup, Workspace } from '../workspace.ts';

const authTest: Method = {
  run(_given, { workspace }) {
    return {
      url: `https://${workspace.team.domain}.slack.com/`,
      team: workspace.team.name,
      user: 'raxx',
      team_id: workspace.team.id,
      user_id: workspace.botUserId,
      bot_id: workspace.botId,
      ...(workspace.enterprise ? { enterprise_id: workspace.enterprise.id } : {}),
      is_enterprise_install: false,
    };
  },
};

const botInfo: Method = {
  scopes: ['users:read'],
  run(given, { workspace }) {
    const { botId, botUserId, appId } = workspace;
    if (given.bot !== undefined && given.bot !== botId) throw new Refusal('bot_not_found');
    return { bot: { id: botId, deleted: false, name: 'raxx', app_id: appId, user_id: botUserId, icons: {} } };
  },
};

const info: Method = {
  scopes: ['users:read'],
  run(given, slack, scopes) {
    const id = need(given, 'user');
    const person = slack.workspace.people.find((one) => one.id === id);
    if (!person) throw new Refusal('user_not_found');
    return { user: showPerson(person, scopes, slack.workspace) };
  },
};

const lookupByEmail: Method = {
  scopes: ['users:read.email'],
  run(given, slack, scopes) {
    const email = need(given, 'email').toLowerCase();
    const person = slack.workspace.people.find(
      (one) => one.email === email && one.kind !== 'stranger' && !one.isGone,
    );
    if (!person) throw new Refusal('users_not_found');
    return { user: showPerson(person, scopes, slack.workspace) };
  },
};

const list: Method = {
  scopes: ['users:read'],
  run(given, slack, scopes) {
    const { items, next_cursor } = page(slack.workspace.people, given);
    return {
      members: items.map((one) => showPerson(one, scopes, slack.workspace)),
      response_metadata: { next_cursor },
    };
  },
};

const listGroups: Method = {
  scopes: ['usergroups:read'],
  run: (given, slack) => ({
    usergroups: slack.workspace.groups
      .filter((one) => isShown(one, given))
      .map((one) => ({
        id: one.id,
        team_id: slack.workspace.team.id,
        is_usergroup: true,
        name: one.name,
        handle: one.handle,
        date_delete: one.isDisabled ? 1_700_000_000 : 0,
        user_count: one.users.length,
      })),
  }),
};

const listGroupUsers: Method = {
  scopes: ['usergroups:read'],
  run(given, slack) {
    const id = need(given, 'usergroup');
    const group = slack.workspace.groups.find((one) => one.id === id);
    // Disabled groups are left out unless the caller asks for them.
    if (!group || !isShown(group, given)) throw new Refusal('no_such_subteam');
    return { users: group.users };
  },
};

const teamInfo: Method = {
  scopes: ['team:read'],
  run: (_given, slack: Slack) => ({ team: { ...slack.workspace.team, email_domain: 'raxx.app' } }),
};

export const peopleMethods: Record<string, Method> = {
  'auth.test': authTest,
  'bots.info': botInfo,
  'users.info': info,
  'users.lookupByEmail': lookupByEmail,
  'users.list': list,
  'usergroups.list': listGroups,
  'usergroups.users.list': listGroupUsers,
  'team.info': teamInfo,
};

function isShown({ isDisabled }: UserGroup, given: Arguments): boolean {
  return isDisabled !== true || given.include_disabled === 'true';
}

function showPerson(
  person: Person,
  scopes: ReadonlySet<string>,
  { enterprise }: Workspace,
): Record<string, unknown> {
  const mayReadEmail = scopes.has('users:read.email') && person.kind !== 'stranger' && person.email !== '';
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    deleted: person.isGone === true,
    real_name: person.realName,
    tz: person.timeZone,
    profile: {
      real_name: person.realName,
      display_name: person.name,
      ...(mayReadEmail ? { email: person.email } : {}),
    },
    is_admin: false,
    is_owner: false,
    is_restricted: person.kind === 'guest',
    is_ultra_restricted: false,
    is_bot: person.kind === 'bot',
    is_app_user: false,
    ...(person.kind === 'stranger' ? { is_stranger: true } : {}),
    ...(enterprise && person.gridTeams
      ? {
          enterprise_user: {
            id: person.id,
            enterprise_id: enterprise.id,
            enterprise_name: enterprise.name,
            is_admin: false,
            is_owner: false,
            teams: person.gridTeams,
          },
        }
      : {}),
    updated: 1_700_000_000,
  };
}
