import { useAnswer } from '../api/use-answer.js';
import type { Block, DocumentText } from '../api/types.js';
import { Answered } from '../parts/answered.js';
import { Heading, useTitle } from '../parts/heading.js';
import { Icon } from '../parts/icon.js';
import { counted, moment } from '../parts/words.js';
import { hrefOf } from '../state/place.js';
import { Blocks } from './blocks.js';
import { ReadAlong } from './read-along.js';
import { legible } from '../parts/legible.js';
import { Written } from '../parts/written.js';

export function DocumentView({ id }: { id: string }) {
  const answer = useAnswer<DocumentText>(`/api/documents/${encodeURIComponent(id)}`);
  useTitle(answer.data?.title ?? 'Document');
  return (
    <article class="card reader">
      <a class="back" href={hrefOf('work')}>
        <Icon name="back" /> Your work
      </a>
      <Answered answer={answer} what="The document">
        {(document) => (
          <>
            <Heading>{legible(document.title)}</Heading>
            <p class="soft user-text">
              <Written text={document.filename} /> · {counted(document.words, 'word')} ·{' '}
              {moment(document.createdAt)}
            </p>
            <ReadAlong id={document.id} />
            <Blocks blocks={withoutTitle(document)} />
          </>
        )}
      </Answered>
    </article>
  );
}

/** Most documents begin with their own title, which stands above already. */
function withoutTitle({ title, blocks }: DocumentText): Block[] {
  const first = blocks[0]?.runs.map(({ text }) => text).join('');
  return first?.trim() === title ? blocks.slice(1) : blocks;
}
