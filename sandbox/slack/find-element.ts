/** Finds the button or menu that a click names among a message's blocks. */
import { type Block, withChildren } from './blocks/block.ts';
import type { ActionElement } from './blocks/elements.ts';

export interface FoundElement {
  readonly block: Block;
  readonly element: ActionElement;
}

/** Returns the first element with this action id (and block id, if given), or undefined if there is none. */
export function findElement(
  blocks: readonly Block[],
  actionId: string,
  blockId?: string,
): FoundElement | undefined {
  for (const block of withChildren(blocks)) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    for (const element of elementsOf(block)) if (element.action_id === actionId) return { block, element };
  }
  return undefined;
}

function elementsOf(block: Block): readonly ActionElement[] {
  if (block.type === 'actions') return block.elements;
  if (block.type !== 'section' || !block.accessory || block.accessory.type === 'image') return [];
  return [block.accessory];
}
