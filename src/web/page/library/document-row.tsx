import type { DocumentFacts } from '../api/types.js';
import { counted, day } from '../parts/words.js';
import { hrefOf } from '../state/place.js';
import { LibraryRow, type Markable } from './library-row.js';

export function DocumentRow({
  document: { id, kind, title, words, createdAt },
  ...mark
}: { document: DocumentFacts } & Markable) {
  return (
    <LibraryRow
      {...mark}
      path={`/api/documents/${id}`}
      title={title}
      facts={`${kind.toUpperCase()} · ${counted(words, 'word')} · ${day(createdAt)}`}
      actions={
        <a class="button quiet" href={hrefOf('document', id)} aria-label={`Read ${title}`}>
          Read
        </a>
      }
    />
  );
}
