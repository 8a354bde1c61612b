import { Refusal } from '../api/problem.js';
import { useAnswer } from '../api/use-answer.js';
import type { Wallet, WalletDetail } from '../api/types.js';
import { GrantsTable } from '../history/grants-table.js';
import { Answered } from '../parts/answered.js';
import { Figures } from '../parts/figures.js';
import { Notice } from '../parts/notice.js';
import { Written } from '../parts/written.js';
import { AdjustForm } from './adjust-form.js';
import { ErasePart } from './erase-part.js';
import { EventsPart } from './events-part.js';
import { GrantForm } from './grant-form.js';
import { PurchasesPart } from './purchases-part.js';
import { WalletEntries } from './wallet-entries.js';
import { WalletHolds } from './wallet-holds.js';

interface WalletPartProps {
  userId: string;
  /** The entry that somebody came for. */
  line: string | null;
  freshness: number;
  onChange: () => void;
}

/** What somebody has and has been through comes first, what can be done about it after. */
export function WalletPart({ userId, line, freshness, onChange }: WalletPartProps) {
  const path = `/api/admin/wallets/${encodeURIComponent(userId)}`;
  const answer = useAnswer<WalletDetail>(path, freshness);
  const { data, trouble } = answer;
  const isNone = data === null && trouble instanceof Refusal && trouble.code === 'not_found';
  return (
    <>
      <section class="card" aria-labelledby="wallet">
        <h2 id="wallet">
          <Written text={userId} />
        </h2>
        {isNone ? (
          <Notice tone="plain">Nobody has a wallet by this id. A grant opens one.</Notice>
        ) : (
          <Answered answer={answer} what="The wallet">
            {({ wallet }) => <Figures figures={figuresOf(wallet)} />}
          </Answered>
        )}
      </section>
      <div class="forms">
        <GrantForm path={path} wallet={data?.wallet ?? null} onChange={onChange} />
        <div class="forms">
          <AdjustForm path={path} wallet={data?.wallet ?? null} onChange={onChange} />
          {data !== null && <ErasePart path={path} userId={userId} onChange={onChange} />}
        </div>
      </div>
      {!isNone && (
        <>
          <section class="card" aria-labelledby="wallet-grants">
            <h2 id="wallet-grants">Grants, in burn order</h2>
            <GrantsTable answer={{ ...answer, data: data?.grants ?? null }} what="The list of grants" />
          </section>
          <WalletHolds path={path} freshness={freshness} />
          <PurchasesPart userId={userId} freshness={freshness} onChange={onChange} />
          <WalletEntries
            path={path}
            wallet={data?.wallet ?? null}
            line={line}
            freshness={freshness}
            onChange={onChange}
          />
          <EventsPart userId={userId} freshness={freshness} />
        </>
      )}
    </>
  );
}

function figuresOf({ available, held, balance, owed }: Wallet): Record<string, number> {
  return { available, 'on hold': held, balance, ...(owed > 0 && { owed }) };
}
