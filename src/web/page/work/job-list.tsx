import { useStore } from '../state/store.js';
import { isOver } from './job.js';
import { JobRow } from './job-row.js';
import { drop, jobs } from './jobs.js';

export function JobList() {
  const list = useStore(jobs);
  if (list.length === 0) return null;
  const over = list.filter(({ state }) => isOver(state));
  return (
    <section class="card" aria-labelledby="under-way">
      <div class="head">
        <h2 id="under-way">Under way and done</h2>
        {over.length > 0 && (
          <button type="button" class="quiet" onClick={() => over.forEach(({ id }) => drop(id))}>
            Clear what is done
          </button>
        )}
      </div>
      <ul class="jobs">
        {list.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </section>
  );
}
