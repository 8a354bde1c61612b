import { balance } from '../state/balance.js';
import { useStore } from '../state/store.js';
import { Heading } from '../parts/heading.js';
import { Entries } from './entries.js';
import { GrantsTable } from './grants-table.js';
import { useAnswer } from '../api/use-answer.js';
import type { Grant } from '../api/types.js';
import { UncapturedHolds } from './uncaptured-holds.js';
import { UsagePart } from './usage-part.js';

/** What became of the credits. All of it is asked for again whenever the balance changes. */
export function HistoryView() {
  const version = useStore(balance).known?.version ?? null;
  const { data: grants } = useAnswer<{ data: Grant[] }>('/api/credits/grants', version);
  return (
    <>
      <Heading>Your credits</Heading>
      <UsagePart version={version} />
      <Entries version={version} />
      <UncapturedHolds version={version} />
      <section class="card" aria-labelledby="grants">
        <h2 id="grants">What you have, in the order it is used up</h2>
        <GrantsTable grants={grants?.data ?? []} />
      </section>
    </>
  );
}
