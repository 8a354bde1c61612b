import { useState } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.js';
import type { DocumentFacts, ExportFacts, Page, Recording } from '../api/types.js';
import { Notice } from '../parts/notice.js';
import { libraryChanges } from '../state/library-changes.js';
import { useStore } from '../state/store.js';
import { DocumentRow } from './document-row.js';
import { ExportList } from './export-list.js';
import { ExportPanel } from './export-panel.js';
import { RecordingRow } from './recording-row.js';
import { chosenOf, toggled } from './selection.js';
import { Shelf } from './shelf.js';

/** All that the user has, and what can be made of it. */
export function LibraryPart() {
  const changes = useStore(libraryChanges);
  const documents = useAnswer<Page<DocumentFacts>>('/api/documents?limit=200', changes);
  const recordings = useAnswer<Page<Recording>>('/api/audio?limit=200', changes);
  const exports = useAnswer<Page<ExportFacts>>('/api/export?limit=200', changes);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const mark = (id: string) => ({ isMarked: marked.has(id), onMark: () => setMarked(toggled(marked, id)) });
  const trouble = documents.trouble ?? recordings.trouble;
  return (
    <div class="library">
      <div class="shelves">
        {trouble !== null && <Notice tone="bad">Your library cannot be shown just now. {trouble}</Notice>}
        <Shelf name="Documents" answer={documents} empty="Texts and Word documents come here.">
          {(document) => <DocumentRow key={document.id} document={document} {...mark(document.id)} />}
        </Shelf>
        <Shelf name="Recordings" answer={recordings} empty="Recordings come here, to be played.">
          {(recording) => <RecordingRow key={recording.id} recording={recording} {...mark(recording.id)} />}
        </Shelf>
      </div>
      <div class="side">
        <ExportPanel
          documents={chosenOf(documents.data?.data, marked)}
          recordings={chosenOf(recordings.data?.data, marked)}
        />
        <ExportList answer={exports} />
      </div>
    </div>
  );
}
