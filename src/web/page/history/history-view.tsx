import type { Grant, Hold } from '../api/types.js';
import { useAnswer, type Loadable, type Follow } from '../api/use-answer.js';
import { usePaced } from '../api/use-paced.js';
import { Heading } from '../parts/heading.js';
import { missed } from '../state/changes.js';
import { useStore } from '../state/store.js';
import { Entries } from './entries.js';
import { GrantsTable } from './grants-table.js';
import { NoticesPart } from './notices-part.js';
import { UncapturedHolds } from './uncaptured-holds.js';
import { UsagePart } from './usage-part.js';

/** What became of the credits. The stream tells it all; only what was missed is read again. */
export function HistoryView() {
  const freshness = usePaced(useStore(missed));
  const holds = useData<Hold>('/api/credits/holds', freshness, (known, { holds }) => withHolds(known, holds));
  const grants = useData<Grant>('/api/credits/grants', freshness, (_, { grants }) => grants);
  return (
    <>
      <Heading>Your credits</Heading>
      <NoticesPart grants={grants} />
      <UsagePart freshness={freshness} />
      <Entries freshness={freshness} />
      <UncapturedHolds answer={holds} />
      <section class="card" aria-labelledby="grants">
        <h2 id="grants">What you have, in the order it is used up</h2>
        <GrantsTable answer={grants} what="What you have" />
      </section>
    </>
  );
}

function useData<T>(path: string, freshness: number, follow: Follow<T[]>): Loadable<T[]> {
  const answer = useAnswer<{ data: T[] }>(path, freshness, ({ data }, changes) => ({
    data: follow(data, changes),
  }));
  return { ...answer, data: answer.data?.data ?? null };
}

/** One that ran and is told of no more was charged, and stands among the entries. */
function withHolds(known: readonly Hold[], told: readonly Hold[]): Hold[] {
  const changed = new Set(told.map(({ id }) => id));
  const others = known.filter(({ id, state }) => state !== 'held' && !changed.has(id));
  return [...told, ...others].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
