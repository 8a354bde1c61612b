import { useMemo } from 'preact/hooks';
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
  const grants = useData<Grant>('/api/credits/grants', freshness, (known, { grants }) =>
    sameOf(known, grants),
  );
  // They follow the stream themselves, and are not drawn anew for what changes here.
  const [usage, entries] = useMemo(
    () => [<UsagePart freshness={freshness} />, <Entries freshness={freshness} />],
    [freshness],
  );
  return (
    <>
      <Heading>Your credits</Heading>
      <NoticesPart grants={grants} />
      {usage}
      {entries}
      <UncapturedHolds answer={holds} />
      <section class="card" aria-labelledby="grants">
        <h2 id="grants">What you have, in the order it is used up</h2>
        <GrantsTable answer={grants} what="What you have" />
      </section>
    </>
  );
}

function useData<T>(path: string, freshness: number, follow: Follow<T[]>): Loadable<T[]> {
  const answer = useAnswer<{ data: T[] }>(path, freshness, (known, changes) => {
    const data = follow(known.data, changes);
    return data === known.data ? known : { data };
  });
  return { ...answer, data: answer.data?.data ?? null };
}

/** What is told is all there is; what did not change is the same object as before, and is not drawn anew. */
function sameOf(known: Grant[], told: readonly Grant[]): Grant[] {
  const before = new Map(known.map((grant) => [grant.id, grant]));
  const now = told.map((grant) => {
    const same = before.get(grant.id);
    return same?.remaining === grant.remaining && same.expiresAt === grant.expiresAt ? same : grant;
  });
  return now.length === known.length && now.every((grant, index) => grant === known[index]) ? known : now;
}

/** One that ran and is told of no more was charged, and stands among the entries. */
function withHolds(known: Hold[], told: readonly Hold[]): Hold[] {
  if (told.length === 0 && known.every(({ state }) => state !== 'held')) return known;
  const changed = new Set(told.map(({ id }) => id));
  const others = known.filter(({ id, state }) => state !== 'held' && !changed.has(id));
  return [...told, ...others].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
