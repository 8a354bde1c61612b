import type { Block } from '../api/types.js';
import { nestBlocks, type List, type Node } from './nest-blocks.js';

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
        <li key={index} class={block.align}>
          <Runs block={block} />
          {inside.map((inner, place) => (
            <ListOf key={place} list={inner} />
          ))}
        </li>
      ))}
    </Tag>
  );
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
