import { useState } from 'preact/hooks';
import type { DocumentFacts, Recording } from '../api/types.js';
import { Price } from '../parts/price.js';
import { counted } from '../parts/words.js';
import { addExport } from '../work/jobs.js';
import { FORMATS, type Format } from './formats.js';
import { FormatChoice } from './format-choice.js';

interface ExportPanelProps {
  documents: DocumentFacts[];
  recordings: Recording[];
}

/** One file out of whatever is marked. */
export function ExportPanel({ documents, recordings }: ExportPanelProps) {
  const [wanted, setWanted] = useState('pdf');
  const [title, setTitle] = useState('');
  const isPossible = ({ takesRecordings }: Format) => recordings.length === 0 || takesRecordings === true;
  const possible = FORMATS.filter(isPossible);
  const { format, name, action } = possible.find((offered) => offered.format === wanted) ?? possible[0]!;
  const isNothing = documents.length + recordings.length === 0;
  const start = (event: Event) => {
    event.preventDefault();
    const ids = {
      ...(documents.length > 0 && { documentIds: documents.map(({ id }) => id) }),
      ...(recordings.length > 0 && { audioIds: recordings.map(({ id }) => id) }),
    };
    const named = title.trim();
    addExport(
      { format, ...ids, ...(named !== '' && { title: named }) },
      { title: `${named || 'Export'} (${name})`, action },
    );
  };
  return (
    <section class="card export" aria-labelledby="export">
      <h2 id="export">Export</h2>
      <p class="soft">{isNothing ? 'Mark what goes into it.' : chosenWords(documents, recordings)}</p>
      <form onSubmit={start}>
        <FormatChoice chosen={format} isPossible={isPossible} onChoose={setWanted} />
        <label>
          <span>
            Title <span class="soft">(optional)</span>
          </span>
          <input
            name="title"
            maxLength={200}
            value={title}
            onInput={({ currentTarget }) => setTitle(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isNothing}>
          Export as {name} <Price action={action} />
        </button>
      </form>
    </section>
  );
}

function chosenWords(documents: DocumentFacts[], recordings: Recording[]): string {
  const parts = [
    documents.length > 0 && counted(documents.length, 'document'),
    recordings.length > 0 && counted(recordings.length, 'recording'),
  ];
  const hint = recordings.length > 0 ? ' Recordings go into ZIP and JSON.' : '';
  return `${parts.filter(Boolean).join(' and ')} marked.${hint}`;
}
