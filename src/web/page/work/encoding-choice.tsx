import { useId, useState } from 'preact/hooks';
import type { Refusal } from '../api/problem.js';
import { Price } from '../parts/price.js';
import type { Job } from './job.js';
import { beginAnew } from './jobs.js';

/** A text that the server could not tell the encoding of: the reader sees which of its readings is right. */
export function EncodingChoice({ job, refusal }: { job: Job; refusal: Refusal | Error }) {
  const previews = previewsIn(refusal);
  const [chosen, choose] = useState(0);
  const name = useId();
  if (previews.length === 0) return null;
  const readAs = () => {
    const query = new URLSearchParams({ encoding: previews[chosen]![0] });
    beginAnew(job.id, { ...job.request, path: `/api/upload/txt?${query}` });
  };
  return (
    <fieldset class="encodings">
      <legend>Which of these reads right?</legend>
      {previews.map(([encoding, lines], index) => (
        <label key={encoding}>
          <input type="radio" name={name} checked={index === chosen} onChange={() => choose(index)} />
          <span>{encoding}</span>
          <q dir="auto">{lines}</q>
        </label>
      ))}
      <button type="button" onClick={readAs}>
        Read it as {previews[chosen]![0]} <Price action={job.action} />
      </button>
    </fieldset>
  );
}

function previewsIn(refusal: Refusal | Error): [encoding: string, lines: string][] {
  const previews = 'members' in refusal ? refusal.members['previews'] : undefined;
  if (typeof previews !== 'object' || previews === null) return [];
  return Object.entries(previews).map(([encoding, lines]) => [encoding, String(lines)]);
}
