import type { Block } from '../api/types.js';

/** A list, whose items may have lists of their own; anything else is a block as it came. */
export type Node = Block | List;

export interface List {
  type: 'list';
  ordered: boolean;
  items: { block: Block; inside: List[] }[];
}

/** A list that may still get items, and how deep these say they are. */
interface OpenList {
  list: List;
  level: number;
}

/** Documents say how deep each list item is; HTML wants lists inside items. */
export function nestBlocks(blocks: readonly Block[]): Node[] {
  const nodes: Node[] = [];
  /** The outermost first. */
  let open: OpenList[] = [];
  for (const block of blocks) {
    if (block.type !== 'listItem') {
      open = [];
      nodes.push(block);
      continue;
    }
    const { level = 0, ordered = false } = block;
    // Levels may be skipped on the way down, so a list closes only if there is another for this item.
    while (open.length > 1 && open.at(-2)!.level >= level) open.pop();
    const last = open.at(-1);
    if (last !== undefined && last.level >= level) {
      last.level = level;
      if (last.list.ordered !== ordered) open.pop();
    }
    if (open.length === 0 || open.at(-1)!.level < level) {
      const list: List = { type: 'list', ordered, items: [] };
      const parent = open.at(-1)?.list.items.at(-1);
      if (parent === undefined) nodes.push(list);
      else parent.inside.push(list);
      open.push({ list, level });
    }
    open.at(-1)!.list.items.push({ block, inside: [] });
  }
  return nodes;
}
