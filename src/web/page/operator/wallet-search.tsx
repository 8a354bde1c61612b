import { useState } from 'preact/hooks';
import type { Wallet } from '../api/types.js';
import { usePages } from '../api/use-pages.js';
import { MoreButton } from '../parts/more-button.js';
import { Notice } from '../parts/notice.js';
import { number } from '../parts/words.js';
import { hrefOf } from '../state/place.js';

export function WalletSearch({ shown, freshness }: { shown: string | null; freshness: number }) {
  const [wanted, setWanted] = useState('');
  const query = new URLSearchParams(wanted.trim() === '' ? {} : { query: wanted.trim() });
  const { rows, trouble, more } = usePages<Wallet>('/api/admin/wallets', query, freshness);
  const isNobody = wanted.trim() !== '' && rows?.every(({ userId }) => userId !== wanted.trim());
  return (
    <section class="card" aria-labelledby="find">
      <h2 id="find">Find a wallet</h2>
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>
            User id <span class="soft">(or how it begins)</span>
          </span>
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
        {rows?.map(({ userId, available, held }) => (
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
      <MoreButton more={more} />
    </section>
  );
}
