import { useState } from 'preact/hooks';
import { Heading } from '../parts/heading.js';
import { FILTERS } from '../history/filter.js';
import { LeftOut } from '../parts/left-out.js';
import { ActsPart } from './acts-part.js';
import { EVENTS_CHOICES, EventsPart } from './events-part.js';
import { GiftForm } from './gift-form.js';
import { IntegrityCheck } from './integrity-check.js';
import { OVERVIEW_CHOICES, OverviewPart } from './overview-part.js';
import { PriceTable } from './price-table.js';
import { PurchasesPart } from './purchases-part.js';
import { WalletPart } from './wallet-part.js';
import { SEARCH_CHOICES, WalletSearch } from './wallet-search.js';

const ALL_CHOICES = { ...SEARCH_CHOICES, ...OVERVIEW_CHOICES, ...EVENTS_CHOICES };
const WALLET_CHOICES = { ...SEARCH_CHOICES, ...FILTERS, ...EVENTS_CHOICES };

/** Find somebody, see what they have and why, and put it right. */
interface OperatorViewProps {
  userId: string | null;
  /** Of that user: the entry that somebody came for. */
  line: string | null;
}

export function OperatorView({ userId, line }: OperatorViewProps) {
  const [changes, setChanges] = useState(0);
  const [times, setTimes] = useState(0);
  const onChange = () => setChanges((count) => count + 1);
  return (
    <>
      <Heading>Operator</Heading>
      <LeftOut choices={userId === null ? ALL_CHOICES : WALLET_CHOICES} />
      <div class="operator">
        <WalletSearch shown={userId} freshness={changes} onAgain={() => setTimes((count) => count + 1)} />
        <div class="desk">
          <GiftForm onChange={onChange} />
          <IntegrityCheck />
          <PriceTable />
        </div>
        <div class="detail">
          <PurchasesPart userId={null} freshness={changes} onChange={onChange} />
          {userId === null ? (
            <>
              <OverviewPart freshness={changes} />
              <ActsPart freshness={changes} />
              <EventsPart userId={null} freshness={changes} />
            </>
          ) : (
            <WalletPart
              key={`${userId} ${line} ${times}`}
              userId={userId}
              line={line}
              freshness={changes}
              onChange={onChange}
            />
          )}
        </div>
      </div>
    </>
  );
}
