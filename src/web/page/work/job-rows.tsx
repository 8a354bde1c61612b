import { apart } from '../parts/words.js';
import { nameOfJob, type Job } from './job.js';
import { JobRow } from './job-row.js';

/** Several, each with a name of its own for what can be done about it. */
export function JobRows({ jobs, label }: { jobs: readonly Job[]; label: string }) {
  const names = apart(jobs.map(nameOfJob));
  return (
    <ul class="jobs" aria-label={label}>
      {jobs.map((job, index) => (
        <JobRow key={job.id} job={job} name={names[index]!} />
      ))}
    </ul>
  );
}
