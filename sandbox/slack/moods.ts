/** The state of the local Slack in a scenario: what an admin changed, and what it refuses. */
import { z } from 'zod';
import { raxxWorkspace, type Workspace } from './workspace.ts';

export const moodsSchema = z.strictObject({
  /** Names of channels that are archived. */
  archived: z.array(z.string()).exactOptional(),
  /** Handles of user groups that are disabled. */
  disabled_groups: z.array(z.string()).exactOptional(),
  messages_tab: z.enum(['open', 'closed']).exactOptional(),
  edits: z.enum(['allowed', 'refused']).exactOptional(),
  /** Block types that are refused. */
  refused_blocks: z.array(z.string()).exactOptional(),
});

export type Moods = z.infer<typeof moodsSchema>;

/** Resets the workspace, and applies these. */
export function setMoods(workspace: Workspace, moods: Moods): void {
  const { channels, groups, people, messagesTab, edits } = raxxWorkspace();
  const { archived = [], disabled_groups: disabled = [], refused_blocks: refused = [] } = moods;
  workspace.people = people;
  workspace.channels = channels.map((one) =>
    archived.includes(one.name) ? { ...one, isArchived: true } : one,
  );
  workspace.groups = groups.map((one) =>
    disabled.includes(one.handle) ? { ...one, isDisabled: true } : one,
  );
  workspace.messagesTab = moods.messages_tab ?? messagesTab;
  workspace.edits = moods.edits ?? edits;
  workspace.refusedBlocks = new Set(refused);
}
