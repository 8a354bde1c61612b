import { useState } from 'preact/hooks';
import type { DocumentFacts, Recording } from '../api/types.js';
import { once } from '../parts/once.js';
import { Price } from '../parts/price.js';
import { counted } from '../parts/words.js';
import { useStore } from '../state/store.js';
import { isPending } from '../work/job.js';
import { JobRows } from '../work/job-rows.js';
import { addExport, jobs } from '../work/jobs.js';
import { FORMATS, type Format } from './formats.js';
import { FormatChoice } from './format-choice.js';
import { OrderList } from './order-list.js';

/** The most that the API takes of either kind. */
const MOST = 100;

interface ExportPanelProps {
  documents: DocumentFacts[];
  recordings: Recording[];
  isOrdered: boolean;
  onOrder: (ids: readonly string[]) => void;
}

/** One file out of whatever is marked; what becomes of it is told right here. */
export function ExportPanel({ documents, recordings, isOrdered, onOrder }: ExportPanelProps) {
  const [wanted, setWanted] = useState('pdf');
  const [title, setTitle] = useState('');
  const made = useStore(jobs).filter(({ shelf }) => shelf === 'exports');
  const isPossible = ({ takesRecordings }: Format) => recordings.length === 0 || takesRecordings === true;
  const possible = FORMATS.filter(isPossible);
  const { format, name, action } = possible.find((offered) => offered.format === wanted) ?? possible[0]!;
  const isTooMuch = Math.max(documents.length, recordings.length) > MOST;
  const isNothing = documents.length + recordings.length === 0;
  const isBusy = made.some(({ state }) => isPending(state));
  const start = (event: Event) => {
    event.preventDefault();
    const ids = {
      ...(documents.length > 0 && { documentIds: documents.map(({ id }) => id) }),
      ...(recordings.length > 0 && { audioIds: recordings.map(({ id }) => id) }),
    };
    const named = title.trim();
    const shown = named || nameFor(documents, recordings);
    addExport(
      { format, ...ids, ...(named !== '' && { title: named }) },
      { title: shown, format: name, action },
    );
  };
  return (
    <section class="card export paperless" aria-labelledby="export">
      <h2 id="export">Export</h2>
      <p class="soft">{isNothing ? 'Mark what goes into it.' : chosenWords(documents, recordings)}</p>
      {documents.length > 1 && <OrderList documents={documents} isOrdered={isOrdered} onOrder={onOrder} />}
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
        {isTooMuch && (
          <p class="soft">
            One export takes at most {MOST} documents and {MOST} recordings.
          </p>
        )}
        <button
          type="submit"
          disabled={isNothing || isTooMuch}
          aria-disabled={isBusy}
          aria-busy={isBusy}
          onClick={once(isBusy)}
        >
          {isBusy ? (
            'Exporting…'
          ) : (
            <>
              Export as {name} <Price action={action} />
            </>
          )}
        </button>
      </form>
      {made.length > 0 && <JobRows jobs={made} label="What becomes of exports" />}
    </section>
  );
}

function nameFor([document]: DocumentFacts[], [recording]: Recording[]): string {
  return document?.title ?? recording?.filename ?? 'Export';
}

function chosenWords(documents: DocumentFacts[], recordings: Recording[]): string {
  const parts = [
    documents.length > 0 && counted(documents.length, 'document'),
    recordings.length > 0 && counted(recordings.length, 'recording'),
  ];
  const hint = recordings.length > 0 ? ' Recordings go into ZIP and JSON.' : '';
  return `${parts.filter(Boolean).join(' and ')} marked.${hint}`;
}
