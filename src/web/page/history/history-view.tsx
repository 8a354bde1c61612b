import type { Grant, Hold } from '../api/types.js';
import { useAnswer, type Answer } from '../api/use-answer.js';
import { usePaced } from '../api/use-paced.js';
import { Heading } from '../parts/heading.js';
import { balance } from '../state/balance.js';
import { useStore } from '../state/store.js';
import { Entries } from './entries.js';
import { GrantsTable } from './grants-table.js';
import { UncapturedHolds } from './uncaptured-holds.js';
import { UsagePart } from './usage-part.js';

/** What became of the credits. It follows the balance, at the pace of a reader. */
export function HistoryView() {
  const version = usePaced(useStore(balance).known?.version ?? null);
  const holds = useData<Hold>('/api/credits/holds', version);
  const grants = useData<Grant>('/api/credits/grants', version);
  return (
    <>
      <Heading>Your credits</Heading>
      <UsagePart version={version} />
      <Entries version={version} holds={holds.data} />
      <UncapturedHolds answer={holds} />
      <section class="card" aria-labelledby="grants">
        <h2 id="grants">What you have, in the order it is used up</h2>
        <GrantsTable answer={grants} what="What you have" />
      </section>
    </>
  );
}

function useData<T>(path: string, version: number | null): Answer<T[]> {
  const answer = useAnswer<{ data: T[] }>(path, version);
  return { ...answer, data: answer.data?.data ?? null };
}
