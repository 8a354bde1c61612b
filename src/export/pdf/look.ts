import type { Block } from '../../library/blocks.js';

/** In points. */
export interface Look {
  size: number;
  lineHeight: number;
  before: number;
  after: number;
  /** From the edge where lines begin. */
  indent: number;
}

const TEXT_SIZE = 11;
const HEADING_SIZES = [20, 17, 15, 13, 12];
const INDENT = 20;

export function lookOf({ type, level = 0 }: Block): Look {
  const size = type === 'heading' ? (HEADING_SIZES[level - 1] ?? TEXT_SIZE) : TEXT_SIZE;
  const spaces = { paragraph: [0, 6], heading: [size * 0.7, 6], listItem: [0, 3] } as const;
  const [before, after] = spaces[type];
  const indent = type === 'listItem' ? INDENT * (level + 1) : 0;
  return { size, lineHeight: size * 1.45, before, after, indent };
}
