import { useState } from 'preact/hooks';
import { Heading } from '../parts/heading.js';
import { GiftForm } from './gift-form.js';
import { IntegrityCheck } from './integrity-check.js';
import { PriceTable } from './price-table.js';
import { PurchasesPart } from './purchases-part.js';
import { WalletPart } from './wallet-part.js';
import { WalletSearch } from './wallet-search.js';

/** Find somebody, see what they have and why, and put it right. */
export function OperatorView({ userId }: { userId: string | null }) {
  const [changes, setChanges] = useState(0);
  const onChange = () => setChanges((count) => count + 1);
  return (
    <>
      <Heading>Operator</Heading>
      <div class="operator">
        <WalletSearch shown={userId} freshness={changes} />
        <div class="desk">
          <GiftForm onChange={onChange} />
          <IntegrityCheck />
          <PriceTable />
        </div>
        <div class="detail">
          <PurchasesPart userId={null} freshness={changes} onChange={onChange} />
          {userId === null ? (
            <p class="card nothing">Find a wallet to see what is in it, and why.</p>
          ) : (
            <WalletPart key={userId} userId={userId} freshness={changes} onChange={onChange} />
          )}
        </div>
      </div>
    </>
  );
}
