import { download } from '../api/download.js';
import type { ExportFacts, Page } from '../api/types.js';
import type { Answer } from '../api/use-answer.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import { bytes } from '../parts/words.js';

/** What was exported before can be fetched again, for nothing. */
export function ExportList({ answer: { data } }: { answer: Answer<Page<ExportFacts>> }) {
  if (data === null || data.data.length === 0) return null;
  return (
    <section class="card" aria-labelledby="exports">
      <h2 id="exports">Exports</h2>
      <ul class="rows">
        {data.data.map((made) => (
          <ExportRow key={made.id} made={made} />
        ))}
      </ul>
    </section>
  );
}

function ExportRow({ made: { id, filename, format, bytes: size } }: { made: ExportFacts }) {
  const { isBusy, trouble, run } = useAction();
  const fetchIt = () => run(() => download(`/api/export/${id}/download`, filename));
  return (
    <li class="row">
      <p class="what">
        <span class="title">{filename}</span>
        <span class="soft">
          {format.toUpperCase()} · {bytes(size)}
        </span>
      </p>
      <button
        type="button"
        class="quiet"
        disabled={isBusy}
        aria-label={`Download ${filename}`}
        onClick={fetchIt}
      >
        <Icon name="save" /> Download
      </button>
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
    </li>
  );
}
