import { describe, expect, test } from '@jest/globals';
import type { Block } from '../../src/library/blocks.js';
import { nestBlocks, type Node } from '../../src/web/page/library/nest-blocks.js';

const item = (text: string, level = 0, ordered = false): Block => ({
  type: 'listItem',
  level,
  ordered,
  runs: [{ text }],
});

/** `a, b [c]`: a list in brackets stands inside the item before it; `1:` begins an ordered one. */
function draw(node: Node): string {
  if (node.type !== 'list') return node.runs.map(({ text }) => text).join('');
  const items = node.items.map(({ block, inside }) => [draw(block), ...inside.map(draw)].join(' '));
  return `[${node.ordered ? '1: ' : ''}${items.join(', ')}]`;
}

describe('list items of a document', () => {
  test.each<[string, Block[], string[]]>([
    ['in a row are one list', [item('a'), item('b')], ['[a, b]']],
    ['that are deeper stand inside the one before', [item('a'), item('b', 1), item('c')], ['[a [b], c]']],
    ['as deep as they say go no deeper than their parent allows', [item('a', 4), item('b', 4)], ['[a, b]']],
    [
      'that skip a level and come back keep their order',
      [item('a'), item('b', 3), item('c', 1)],
      ['[a [b, c]]'],
    ],
    ['of another kind begin another list', [item('a'), item('b', 0, true)], ['[a]', '[1: b]']],
    [
      'after other text begin anew',
      [item('a'), { type: 'paragraph', runs: [{ text: 'p' }] }, item('b', 1)],
      ['[a]', 'p', '[b]'],
    ],
  ])('%s', (_what, blocks, drawn) => {
    expect(nestBlocks(blocks).map(draw)).toEqual(drawn);
  });
});
