import { useAnswer } from '../api/use-answer.js';
import type { Block, DocumentText } from '../api/types.js';
import { Heading } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notice.js';
import { counted, moment } from '../parts/words.js';
import { hrefOf } from '../state/place.js';
import { Blocks } from './blocks.js';

export function DocumentView({ id }: { id: string }) {
  const { data, trouble } = useAnswer<DocumentText>(`/api/documents/${encodeURIComponent(id)}`);
  return (
    <article class="card reader">
      <a class="back" href={hrefOf('work')}>
        <Icon name="back" /> Your work
      </a>
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
      {data === null && trouble === null && <p class="soft">Opening…</p>}
      {data !== null && (
        <>
          <Heading>{data.title}</Heading>
          <p class="soft">
            {data.filename} · {counted(data.words, 'word')} · {moment(data.createdAt)}
          </p>
          <Blocks blocks={withoutTitle(data)} />
        </>
      )}
    </article>
  );
}

/** Most documents begin with their own title, which stands above already. */
function withoutTitle({ title, blocks }: DocumentText): Block[] {
  const first = blocks[0]?.runs.map(({ text }) => text).join('');
  return first?.trim() === title ? blocks.slice(1) : blocks;
}
