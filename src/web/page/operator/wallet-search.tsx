import { useState } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.js';
import type { Page, Wallet } from '../api/types.js';
import { Notice } from '../parts/notice.js';
import { number } from '../parts/words.js';
import { hrefOf } from '../state/place.js';

const ROWS = 20;

export function WalletSearch({ shown, freshness }: { shown: string | null; freshness: number }) {
  const [wanted, setWanted] = useState('');
  const query = new URLSearchParams({
    limit: String(ROWS),
    ...(wanted.trim() !== '' && { query: wanted.trim() }),
  });
  const { data, trouble } = useAnswer<Page<Wallet>>(`/api/admin/wallets?${query}`, freshness);
  const isNobody = wanted.trim() !== '' && data?.data.every(({ userId }) => userId !== wanted.trim());
  return (
    <section class="card" aria-labelledby="find">
      <h2 id="find">Find a wallet</h2>
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          User id
          <input
            type="search"
            name="query"
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        </label>
      </form>
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
      <ul class="rows wallets">
        {data?.data.map(({ userId, available, held }) => (
          <li key={userId}>
            <a href={hrefOf('operator', userId)} aria-current={userId === shown ? 'true' : undefined}>
              <span class="title">{userId}</span>
              <span class="soft">
                {number(available)}
                {held > 0 && ` · ${number(held)} on hold`}
              </span>
            </a>
          </li>
        ))}
        {isNobody && (
          <li>
            <a href={hrefOf('operator', wanted.trim())}>
              <span class="title">{wanted.trim()}</span>
              <span class="soft">open by this id</span>
            </a>
          </li>
        )}
      </ul>
      {data !== null && data.nextCursor !== null && <p class="soft">There are more; write more of the id.</p>}
    </section>
  );
}
