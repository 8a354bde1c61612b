import { useAnswer } from '../api/use-answer.js';
import type { WalletDetail } from '../api/types.js';
import { GrantsTable } from '../history/grants-table.js';
import { Notice } from '../parts/notice.js';
import { Table } from '../parts/table.js';
import { actionName, moment, number, timeOfDay } from '../parts/words.js';
import { AdjustForm } from './adjust-form.js';
import { ErasePart } from './erase-part.js';
import { GrantForm } from './grant-form.js';
import { WalletEntries } from './wallet-entries.js';

interface WalletPartProps {
  userId: string;
  freshness: number;
  onChange: () => void;
}

export function WalletPart({ userId, freshness, onChange }: WalletPartProps) {
  const path = `/api/admin/wallets/${encodeURIComponent(userId)}`;
  const { data, trouble } = useAnswer<WalletDetail>(path, freshness);
  return (
    <>
      <section class="card" aria-labelledby="wallet">
        <h2 id="wallet">{userId}</h2>
        {trouble !== null && data === null && <Notice tone="plain">{trouble}</Notice>}
        {data !== null && <Figures detail={data} />}
      </section>
      <div class="forms">
        <GrantForm path={path} onChange={onChange} />
        <div class="forms">
          <AdjustForm path={path} onChange={onChange} />
          {data !== null && <ErasePart path={path} userId={userId} onChange={onChange} />}
        </div>
      </div>
      {data !== null && (
        <>
          <section class="card" aria-labelledby="wallet-grants">
            <h2 id="wallet-grants">Grants, in burn order</h2>
            <GrantsTable grants={data.grants} />
          </section>
          <section class="card" aria-labelledby="wallet-holds">
            <h2 id="wallet-holds">Active holds</h2>
            <Table
              columns={['Since', 'What', 'Until', 'Credits']}
              empty="None."
              rows={data.holds.map(({ id, createdAt, action, expiresAt, amount }) => ({
                key: id,
                cells: [moment(createdAt), actionName(action), timeOfDay(expiresAt), number(amount)],
              }))}
            />
          </section>
          <WalletEntries path={path} freshness={freshness} onChange={onChange} />
        </>
      )}
    </>
  );
}

function Figures({ detail: { wallet } }: { detail: WalletDetail }) {
  const figures = {
    available: wallet.available,
    'on hold': wallet.held,
    balance: wallet.balance,
    version: wallet.version,
  };
  return (
    <dl class="figures">
      {Object.entries(figures).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
