import { useState } from 'preact/hooks';
import type { DocumentFacts, ExportFacts, Recording } from '../api/types.js';
import { NONE, useList, type List } from '../api/use-list.js';
import { usePaced } from '../api/use-paced.js';
import { libraryChanges, type ShelfName } from '../state/library-changes.js';
import { useStore } from '../state/store.js';
import { DocumentRow } from './document-row.js';
import { ExportPanel } from './export-panel.js';
import { ExportRow } from './export-row.js';
import { RecordingRow } from './recording-row.js';
import { inOrder, remarked } from './selection.js';
import { Shelf } from './shelf.js';

/** All that the user has, and what can be made of it. */
export function LibraryPart() {
  const documents = useShelf<DocumentFacts>('documents', '/api/documents');
  const recordings = useShelf<Recording>('recordings', '/api/audio');
  const exports = useShelf<ExportFacts>('exports', '/api/export');
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [order, setOrder] = useState<readonly string[]>([]);
  const marking = {
    marked,
    onMark: (ids: readonly string[], isMarked: boolean) => setMarked(remarked(marked, ids, isMarked)),
  };
  return (
    <div class="library">
      <div class="shelves">
        <Shelf
          name="Documents"
          list={documents}
          empty="Texts and Word documents come here."
          nameOf={({ title }) => title}
          {...marking}
        >
          {(document, row) => <DocumentRow key={document.id} document={document} {...row} />}
        </Shelf>
        <Shelf
          name="Recordings"
          list={recordings}
          empty="Recordings come here, to be played."
          nameOf={({ filename }) => filename}
          {...marking}
        >
          {(recording, row) => <RecordingRow key={recording.id} recording={recording} {...row} />}
        </Shelf>
      </div>
      <div class="side">
        <ExportPanel
          documents={inOrder(documents.data ?? [], marked, order)}
          recordings={inOrder(recordings.data ?? [], marked, [])}
          isOrdered={order.length > 0}
          onOrder={setOrder}
        />
        <Shelf
          name="Exports"
          list={exports}
          empty="What you export comes here, to be fetched again for nothing."
          nameOf={({ filename }) => filename}
        >
          {(made, row) => <ExportRow key={made.id} made={made} {...row} />}
        </Shelf>
      </div>
    </div>
  );
}

function useShelf<T extends { id: string }>(name: ShelfName, path: string): List<T> {
  const changes = usePaced(useStore(libraryChanges)[name]);
  return useList<T>(path, NONE, changes, { idOf: ({ id }) => id, step: 200 });
}
