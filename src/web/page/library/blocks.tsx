import type { Block } from '../api/types.js';
import { nestBlocks, type List, type Node } from './nest-blocks.js';

const WIDEST_BESIDE = 4;

/** A document as its author formatted it. */
export function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <div class="text">
      {nestBlocks(blocks).map((node, index) => (
        <NodeOf key={index} node={node} />
      ))}
    </div>
  );
}

function NodeOf({ node }: { node: Node }) {
  switch (node.type) {
    case 'list':
      return <ListOf list={node} />;
    case 'heading': {
      // The title of the page is the one h1.
      const Tag = `h${Math.min(6, (node.level ?? 1) + 1)}` as 'h2';
      return (
        <Tag class={node.align}>
          {node.marker !== undefined && `${node.marker.text} `}
          <Runs block={node} />
        </Tag>
      );
    }
    case 'paragraph':
    case 'listItem':
      return (
        <p class={node.align}>
          <Runs block={node} />
        </p>
      );
  }
}

function ListOf({ list }: { list: List }) {
  const Tag = list.ordered ? 'ol' : 'ul';
  return (
    <Tag>
      {list.items.map(({ block, inside }, index) => (
        <li key={index} class={block.align} style={lookOf(block)}>
          <Runs block={block} />
          {inside.map((inner, place) => (
            <ListOf key={place} list={inner} />
          ))}
        </li>
      ))}
    </Tag>
  );
}

/** A marker that is wider than the margin stands in the text. Items stored without one are counted by the browser. */
function lookOf({ marker }: Block) {
  if (marker === undefined) return undefined;
  const listStylePosition = marker.text.length > WIDEST_BESIDE ? 'inside' : 'outside';
  return { listStyleType: JSON.stringify(`${marker.text} `), listStylePosition } as const;
}

function Runs({ block: { runs } }: { block: Block }) {
  return (
    <>
      {runs.map(({ text, bold, italic, underline }, index) => {
        const bolded = bold ? <strong key={index}>{text}</strong> : text;
        const slanted = italic ? <em key={index}>{bolded}</em> : bolded;
        return underline ? <u key={index}>{slanted}</u> : slanted;
      })}
    </>
  );
}
