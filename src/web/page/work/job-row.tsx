import { Icon, type IconName } from '../parts/icon.js';
import { bytes } from '../parts/words.js';
import { isOver, isUnderWay, type Job, type JobState } from './job.js';
import { EncodingChoice } from './encoding-choice.js';
import { JobActions } from './job-actions.js';
import { JobOutcome } from './job-outcome.js';
import { ShortageNotice } from './shortage-notice.js';
import { Written } from '../parts/written.js';

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

/** `name` is its title, told apart from others of the same one. */
export function JobRow({ job, name }: { job: Job; name: string }) {
  const { title, state, isKept } = job;
  return (
    <li class={`job ${state.is}`} aria-busy={isUnderWay(state)}>
      <Icon name={ICONS[state.is]} />
      <div class="what">
        <p class="title">
          <Written text={title} />
          {job.format !== undefined && ` (${job.format})`}{' '}
          {job.bytes !== null && <span class="soft">{bytes(job.bytes)}</span>}
        </p>
        <JobOutcome job={job} />
        {state.is === 'sending' && <progress max={1} value={state.share} aria-label={`Sending ${name}`} />}
        {state.is === 'working' && <progress aria-label={`Working on ${name}`} />}
        {state.is === 'refused' && <EncodingChoice job={job} refusal={state.refusal} />}
        {state.is === 'short' && <ShortageNotice shortage={state.shortage} />}
        {isKept === false && !isOver(state) && (
          <p class="soft">Kept only while this tab is open: the browser has no room to store it.</p>
        )}
      </div>
      <JobActions job={job} name={name} />
    </li>
  );
}
