import { useMemo, useState } from 'preact/hooks';
import type { PurchaseRecord } from '../api/types.js';
import { useList } from '../api/use-list.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { Notice } from '../parts/notice.js';
import { Table } from '../parts/table.js';
import { apart, credits, moment, money } from '../parts/words.js';
import { PurchaseRefundDialog } from './purchase-refund-dialog.js';

interface PurchasesPartProps {
  /** Whose; null: all that are suspect, whoever paid. */
  userId: string | null;
  freshness: number;
  onChange: () => void;
}

const idOf = ({ id }: PurchaseRecord): string => id;

/** What was bought, and money to be given back. */
export function PurchasesPart({ userId, freshness, onChange }: PurchasesPartProps) {
  const query = useMemo(
    () => new URLSearchParams(userId === null ? { state: 'suspect' } : { userId }),
    [userId],
  );
  const list = useList<PurchaseRecord>('/api/admin/purchases', query, freshness, { idOf });
  const [refunding, setRefunding] = useState<PurchaseRecord | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const heading = userId === null ? 'suspect-payments' : 'wallet-purchases';
  // Nothing suspect is nothing to speak of, but that it is not known is.
  const isTold = list.trouble !== null || (list.data !== null && list.data.length > 0);
  if (userId === null && !isTold) return null;
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>{userId === null ? 'Suspect payments' : 'Purchases'}</h2>
      <Answered answer={list} what="The list of purchases" nothing="None.">
        {(purchases) => <PurchasesTable purchases={purchases} onRefund={setRefunding} />}
      </Answered>
      <MoreButton list={list} of="purchases" />
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

interface PurchasesTableProps {
  purchases: PurchaseRecord[];
  onRefund: (purchase: PurchaseRecord) => void;
}

function PurchasesTable({ purchases, onRefund }: PurchasesTableProps) {
  const names = apart(purchases.map(({ createdAt }) => moment(createdAt)));
  return (
    <Table
      label="Purchases"
      class="facts"
      columns={['When', 'What', 'Price', 'State', 'Correct']}
      rows={purchases.map((purchase, index) => ({
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
              aria-label={`Give money back: ${names[index]}`}
              onClick={() => onRefund(purchase)}
            >
              Give money back
            </button>
          ) : null,
        ],
      }))}
    />
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
