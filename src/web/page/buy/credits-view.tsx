import { usePaced } from '../api/use-paced.js';
import { Heading } from '../parts/heading.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { day, number } from '../parts/words.js';
import { calmBalance } from '../state/balance.js';
import { hrefOf } from '../state/place.js';
import { useCommon } from '../state/common.js';
import { useStore } from '../state/store.js';
import { jobs } from '../work/jobs.js';
import { BuyButton } from './buy-button.js';
import { offerList } from './offers.js';
import { PlansPart } from './plans-part.js';
import { PurchaseTable } from './purchase-table.js';
import { usePurchases } from './use-purchases.js';

/** Buying credits, and what was bought. */
export function CreditsView() {
  const purchases = usePurchases(usePaced(useStore(calmBalance).known?.version));
  return (
    <>
      <Heading>Get credits</Heading>
      <OffersPart />
      <PlansPart />
      <WaitingFiles />
      <section class="card" aria-labelledby="purchases">
        <h2 id="purchases">What you bought</h2>
        <Answered answer={purchases} what="What you bought" nothing="Nothing so far.">
          {(list) => <PurchaseTable purchases={list} />}
        </Answered>
        <MoreButton list={purchases} of="of what you bought" />
      </section>
    </>
  );
}

function OffersPart() {
  const sold = useCommon(offerList);
  const all = sold.data;
  const list = all?.filter(({ kind }) => kind === 'pack') ?? null;
  if (list?.length === 0 && all!.length > 0) return null;
  return (
    <section class="card" aria-labelledby="offers">
      <h2 id="offers">Packs</h2>
      <Answered
        answer={{ ...sold, data: list }}
        what="What is sold"
        nothing="Nothing is sold here. For more credits, ask the operator of this service."
      >
        {(packs) => (
          <ul class="offers">
            {packs.map((offer) => (
              <li key={offer.offer}>
                <BuyButton offer={offer} />
                <span class="soft">{termsOf(offer.expiresMonths)}</span>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </section>
  );
}

function termsOf(months: number | null): string {
  if (months === null) return 'They do not expire.';
  const end = new Date();
  const date = end.getDate();
  end.setMonth(end.getMonth() + months);
  // A month after 31 January is the last of February.
  if (end.getDate() !== date) end.setDate(0);
  return `Good until ${day(end.getTime())} if paid today.`;
}

/** What stopped for want of credits goes on by itself, wherever in the page one is. */
function WaitingFiles() {
  const waiting = useStore(jobs).filter(({ state }) => state.is === 'short').length;
  if (waiting === 0) return null;
  return (
    <p class="notice plain" role="status">
      {waiting === 1 ? 'A file waits' : `${number(waiting)} files wait`} for credits and goes on by itself
      when they are here. <a href={hrefOf('work')}>See your work</a>
    </p>
  );
}
