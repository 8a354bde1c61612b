import { useMemo } from 'preact/hooks';
import type { Grant, Hold } from '../api/types.js';
import { useAnswer, type Loadable } from '../api/use-answer.js';
import { useList } from '../api/use-list.js';
import { usePaced } from '../api/use-paced.js';
import { Heading } from '../parts/heading.js';
import { LeftOut } from '../parts/left-out.js';
import { missed } from '../state/changes.js';
import { useStore } from '../state/store.js';
import { Entries } from './entries.js';
import { FILTERS } from './filter.js';
import { GrantsTable } from './grants-table.js';
import { NoticesPart } from './notices-part.js';
import { NOT_CHARGED, OWN_HOLDS, UncapturedHolds } from './uncaptured-holds.js';
import { USAGE_CHOICES, UsagePart } from './usage-part.js';

const CHOICES = { ...USAGE_CHOICES, ...FILTERS };

/** What became of the credits. The stream tells it all; only what was missed is read again. */
export function HistoryView() {
  const freshness = usePaced(useStore(missed));
  const holds = useList<Hold>('/api/credits/holds', NOT_CHARGED, freshness, OWN_HOLDS);
  const grants = useGrants(freshness);
  // They follow the stream themselves, and are not drawn anew for what changes here.
  const [usage, entries] = useMemo(
    () => [<UsagePart freshness={freshness} />, <Entries freshness={freshness} />],
    [freshness],
  );
  return (
    <>
      <Heading>Your credits</Heading>
      <LeftOut choices={CHOICES} />
      <NoticesPart grants={grants} />
      {usage}
      {entries}
      <UncapturedHolds list={holds} />
      <section class="card" aria-labelledby="grants">
        <h2 id="grants">What you have, in the order it is used up</h2>
        <GrantsTable answer={grants} what="What you have" />
      </section>
    </>
  );
}

function useGrants(freshness: number): Loadable<Grant[]> {
  const answer = useAnswer<{ data: Grant[] }>('/api/credits/grants', freshness, (known, { grants }) => {
    const data = sameOf(known.data, grants);
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
