import { Icon, type IconName } from '../parts/icon.js';
import { bytes } from '../parts/words.js';
import { isUnderWay, type Job, type JobState } from './job.js';
import { JobActions } from './job-actions.js';
import { JobOutcome } from './job-outcome.js';
import { ShortageNotice } from './shortage-notice.js';

const ICONS: Record<JobState['is'], IconName> = {
  waiting: 'clock',
  sending: 'wait',
  working: 'wait',
  done: 'check',
  refused: 'cross',
  short: 'clock',
  dearer: 'clock',
  cancelled: 'cross',
  unsure: 'clock',
};

export function JobRow({ job }: { job: Job }) {
  const { title, state } = job;
  return (
    <li class={`job ${state.is}`} aria-busy={isUnderWay(state)}>
      <Icon name={ICONS[state.is]} />
      <div class="what">
        <p class="title">
          {title} {job.bytes !== null && <span class="soft">{bytes(job.bytes)}</span>}
        </p>
        <JobOutcome job={job} />
        {state.is === 'sending' && <progress max={1} value={state.share} aria-label={`Sending ${title}`} />}
        {state.is === 'working' && <progress aria-label={`Working on ${title}`} />}
        {state.is === 'short' && <ShortageNotice shortage={state.shortage} />}
      </div>
      <JobActions job={job} />
    </li>
  );
}
