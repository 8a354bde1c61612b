import type { Purchase } from '../api/types.js';
import { Table } from '../parts/table.js';
import { credits, moment, money } from '../parts/words.js';
import { hereIfDemo } from './offers.js';

/** What was bought, and how far each is. */
export function PurchaseTable({ purchases }: { purchases: readonly Purchase[] }) {
  return (
    <Table
      label="What you bought"
      class="facts"
      columns={['When', 'What', 'How far', 'Receipt', 'Price']}
      rows={purchases.map((purchase) => ({
        key: purchase.id,
        cells: [
          moment(purchase.createdAt),
          purchase.credits === null ? 'unknown' : credits(purchase.credits),
          <HowFar purchase={purchase} />,
          <Receipt purchase={purchase} />,
          <span class="figure">{money(purchase.paidAmount ?? purchase.amount, purchase.currency)}</span>,
        ],
      }))}
    />
  );
}

function HowFar({ purchase }: { purchase: Purchase }) {
  const { state, pending, url, reversed, creditsBack, currency } = purchase;
  if (state === 'open' && pending) return <>waiting for the bank; nothing more is to be done</>;
  if (state === 'open')
    return url === null ? <>not paid</> : <a href={hereIfDemo(url)}>not paid yet: go on</a>;
  if (state === 'suspect') return <>being looked into by the operator of this service</>;
  if (state === 'failed') return <>the payment failed; nothing was charged</>;
  if (state === 'expired') return <>not paid</>;
  if (reversed === 0) return <>paid</>;
  return (
    <>
      paid; {money(reversed, currency)} went back, and {credits(creditsBack)} with it
    </>
  );
}

function Receipt({ purchase: { receiptUrl } }: { purchase: Purchase }) {
  if (receiptUrl === null) return null;
  return (
    <a href={hereIfDemo(receiptUrl)} target="_blank" rel="noreferrer">
      Receipt
    </a>
  );
}
