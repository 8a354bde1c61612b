import type { DocumentFacts } from '../api/types.js';
import { counted, moment } from '../parts/words.js';
import { hrefOf } from '../state/place.js';
import { LibraryRow, type RowProps } from './library-row.js';
import { written } from '../parts/legible.js';

export function DocumentRow({
  document: { id, kind, title, filename, words, createdAt },
  ...row
}: { document: DocumentFacts } & RowProps) {
  const facts = [
    filename === title ? kind.toUpperCase() : written(filename),
    counted(words, 'word'),
    moment(createdAt),
  ];
  return (
    <LibraryRow
      {...row}
      shelf="documents"
      path={`/api/documents/${id}`}
      title={title}
      facts={facts.join(' · ')}
      actions={
        <a class="button quiet" href={hrefOf('document', id)} aria-label={`Read ${row.name}`}>
          Read
        </a>
      }
    />
  );
}
