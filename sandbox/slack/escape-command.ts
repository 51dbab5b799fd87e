/** Converts what a person typed to what Slack sends the app with `should_escape`: names and links become entities. */
import type { Workspace } from './workspace.ts';

/** Does the same for an ordinary message, in which people have no label. */
export function escapeMessage(typed: string, workspace: Workspace): string {
  return escapeCommand(typed, workspace).replace(/<@([UW][A-Z0-9]+)\|[^>]*>/g, '<@$1>');
}

export function escapeCommand(typed: string, { people, channels, groups }: Workspace): string {
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .replace(/(?<!\S)https?:\/\/[^\s|]+/g, (url) => `<${url}>`)
    .replace(/(?<!\S)@([\w.-]+)/g, (whole, name: string) => {
      const person = people.find((one) => one.name === name.toLowerCase());
      if (person) return `<@${person.id}|${person.name}>`;
      const group = groups.find((one) => one.handle === name.toLowerCase());
      return group ? `<!subteam^${group.id}|@${group.handle}>` : whole;
    })
    .replace(/(?<!\S)#([\w.-]+)/g, (whole, name: string) => {
      const channel = channels.find((one) => one.kind !== 'im' && one.name === name.toLowerCase());
      if (!channel) return whole;
      return channel.kind === 'private' ? `<#${channel.id}|>` : `<#${channel.id}|${channel.name}>`;
    });
}
