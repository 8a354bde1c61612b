import { credits, number } from '../parts/words.js';
import { useUnfolding } from '../parts/use-unfolding.js';
import { useStore } from '../state/store.js';
import { isOver, isPending, type Job } from './job.js';
import { JobRows } from './job-rows.js';
import { drop, jobs } from './jobs.js';

/** More rows than these are a wall. */
const MOST_ROWS = 12;

/** Files on their way. Of many, those come first that somebody has to do something about. */
export function JobList() {
  const list = useStore(jobs).filter(({ shelf }) => shelf !== 'exports');
  const isLong = list.length > MOST_ROWS;
  const ordered = isLong ? list.toSorted((one, other) => urgency(one) - urgency(other)) : list;
  const { shown, button } = useUnfolding(ordered, MOST_ROWS, 'files');
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
      {list.length > 1 && <Summary list={list} />}
      <JobRows jobs={shown} label="Files" />
      {button}
    </section>
  );
}

function Summary({ list }: { list: readonly Job[] }) {
  const done = list.flatMap(({ state }) => (state.is === 'done' ? [state.outcome.credits.charged] : []));
  const pending = list.filter(({ state }) => isPending(state)).length;
  const spent = done.reduce((sum, charged) => sum + charged, 0);
  const others = list.length - done.length - pending;
  const parts = [
    `${number(done.length)} of ${number(list.length)} done`,
    pending > 0 && `${number(pending)} on their way`,
    others > 0 && `${number(others)} not charged`,
    done.length > 0 && credits(spent),
  ];
  return <p class="summary soft">{parts.filter(Boolean).join(' · ')}</p>;
}

/** Those that want a decision, those on their way, and last what is done. */
function urgency({ state }: Job): number {
  if (isOver(state)) return state.is === 'refused' ? 0 : 3;
  if (state.is === 'waiting') return 2;
  return isPending(state) ? 1 : 0;
}
