import type { Block } from '../../../library/blocks.js';

/** A list, whose items may have lists of their own; anything else is a block as it came. */
export type Node = Block | List;

export interface List {
  type: 'list';
  ordered: boolean;
  items: { block: Block; inside: List[] }[];
}

/** Documents say how deep each list item is; HTML wants lists inside items. */
export function nestBlocks(blocks: readonly Block[]): Node[] {
  const nodes: Node[] = [];
  /** The lists that are open, the outermost first. */
  let open: List[] = [];
  for (const block of blocks) {
    if (block.type !== 'listItem') {
      open = [];
      nodes.push(block);
      continue;
    }
    const { level = 0, ordered = false } = block;
    // An item may be deeper than its parent by one only, whatever it says.
    open = open.slice(0, level + 1);
    const last = open[level];
    if (last === undefined || last.ordered !== ordered) {
      open = open.slice(0, level);
      const list: List = { type: 'list', ordered, items: [] };
      const parent = open.at(-1)?.items.at(-1);
      if (parent === undefined) nodes.push(list);
      else parent.inside.push(list);
      open.push(list);
    }
    open.at(-1)!.items.push({ block, inside: [] });
  }
  return nodes;
}
