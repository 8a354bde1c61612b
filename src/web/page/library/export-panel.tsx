import { useState } from 'preact/hooks';
import type { DocumentFacts, Recording } from '../api/types.js';
import { Price, priceWords, usePrice } from '../parts/price.js';
import { counted } from '../parts/words.js';
import { addExport } from '../work/jobs.js';

const PREMIUM = 'premium_export';

interface Format {
  format: string;
  name: string;
  action: string | null;
  takesRecordings?: true;
}

const FORMATS: readonly Format[] = [
  { format: 'pdf', name: 'PDF', action: PREMIUM },
  { format: 'docx', name: 'Word', action: PREMIUM },
  { format: 'zip', name: 'ZIP of everything', action: PREMIUM, takesRecordings: true },
  { format: 'txt', name: 'Plain text', action: null },
  { format: 'json', name: 'JSON', action: null, takesRecordings: true },
];

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
        <fieldset>
          <legend>Format</legend>
          {FORMATS.map((offered) => (
            <label key={offered.format} class="choice">
              <input
                type="radio"
                name="format"
                value={offered.format}
                checked={offered.format === format}
                disabled={!isPossible(offered)}
                onChange={() => setWanted(offered.format)}
              />
              <span class="title">{offered.name}</span>
              <FormatPrice action={offered.action} />
            </label>
          ))}
        </fieldset>
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

function FormatPrice({ action }: { action: string | null }) {
  return <span class="soft">{priceWords(usePrice(action))}</span>;
}

function chosenWords(documents: DocumentFacts[], recordings: Recording[]): string {
  const parts = [
    documents.length > 0 && counted(documents.length, 'document'),
    recordings.length > 0 && counted(recordings.length, 'recording'),
  ];
  const hint = recordings.length > 0 ? ' Recordings go into ZIP and JSON.' : '';
  return `${parts.filter(Boolean).join(' and ')} marked.${hint}`;
}
