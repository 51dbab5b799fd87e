/** Renders mentions of people, channels, groups, and everyone as HTML. */
import type { Clock } from './dates.ts';
import { escapeHtml } from './escape.ts';

/** Knowledge of a reader: names behind ids, the time, and their own identity. */
export interface Reader extends Clock {
  readonly userId: string;
  readonly people: readonly { readonly id: string; readonly realName: string }[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly groups: readonly {
    readonly id: string;
    readonly handle: string;
    readonly users: readonly string[];
  }[];
}

export function personHtml(id: string, reader: Reader): string {
  const person = reader.people.find((one) => one.id === id);
  return mention(`@${person?.realName ?? id}`, id === reader.userId);
}

export function channelHtml(id: string, reader: Reader): string {
  const channel = reader.channels.find((one) => one.id === id);
  return mention(`#${channel?.name ?? id}`, false);
}

export function groupHtml(id: string, reader: Reader): string {
  const group = reader.groups.find((one) => one.id === id);
  return mention(`@${group?.handle ?? id}`, group?.users.includes(reader.userId) ?? false);
}

/** `range` is `here`, `channel`, or `everyone`. */
export function broadcastHtml(range: string): string {
  return mention(`@${range}`, true);
}

function mention(text: string, self: boolean): string {
  return `<span class="mention${self ? ' self' : ''}">${escapeHtml(text)}</span>`;
}
