import { useState } from 'preact/hooks';
import type { Page, PurchaseRecord } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { Answered } from '../parts/answered.js';
import { Notice } from '../parts/notice.js';
import { Table } from '../parts/table.js';
import { credits, moment, money } from '../parts/words.js';
import { PurchaseRefundDialog } from './purchase-refund-dialog.js';

interface PurchasesPartProps {
  /** Whose; null: all that are suspect, whoever paid. */
  userId: string | null;
  freshness: number;
  onChange: () => void;
}

/** What was bought, and money to be given back. */
export function PurchasesPart({ userId, freshness, onChange }: PurchasesPartProps) {
  const filter = userId === null ? 'state=suspect' : `userId=${encodeURIComponent(userId)}`;
  const answer = useAnswer<Page<PurchaseRecord>>(`/api/admin/purchases?${filter}`, freshness);
  const [refunding, setRefunding] = useState<PurchaseRecord | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const heading = userId === null ? 'suspect-payments' : 'wallet-purchases';
  const list = answer.data?.data ?? null;
  // Nothing suspect is nothing to speak of, but that it is not known is.
  const isTold = answer.trouble !== null || (list !== null && list.length > 0);
  if (userId === null && !isTold) return null;
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>{userId === null ? 'Suspect payments' : 'Purchases'}</h2>
      <Answered answer={{ ...answer, data: list }} what="The list of purchases" nothing="None.">
        {(purchases) => (
          <Table
            class="facts"
            columns={['When', 'What', 'Price', 'State', '']}
            rows={purchases.map((purchase) => ({
              key: purchase.id,
              cells: [
                moment(purchase.createdAt),
                purchase.credits === null ? 'unknown' : credits(purchase.credits),
                money(purchase.paidAmount ?? purchase.amount, purchase.currency),
                stateOf(purchase),
                isRefundable(purchase) ? (
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Give money back: ${moment(purchase.createdAt)}`}
                    onClick={() => setRefunding(purchase)}
                  >
                    Give money back
                  </button>
                ) : null,
              ],
            }))}
          />
        )}
      </Answered>
      {outcome !== null && <Notice tone="good">{outcome}</Notice>}
      {refunding !== null && (
        <PurchaseRefundDialog
          purchase={refunding}
          onChange={onChange}
          onClose={(said) => {
            setRefunding(null);
            setOutcome(said);
          }}
        />
      )}
    </section>
  );
}

function isRefundable({ paidAmount, reversed }: PurchaseRecord): boolean {
  return paidAmount !== null && reversed < paidAmount;
}

function stateOf({ state, pending, suspicion, reversed, creditsBack, currency }: PurchaseRecord): string {
  const back = reversed === 0 ? '' : `; ${money(reversed, currency)} and ${credits(creditsBack)} went back`;
  if (state === 'suspect') return `suspect: ${suspicion}${back}`;
  return pending ? 'open: the bank takes its time' : `${state}${back}`;
}
