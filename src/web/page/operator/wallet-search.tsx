import { useState } from 'preact/hooks';
import type { Wallet } from '../api/types.js';
import { useList } from '../api/use-list.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { number } from '../parts/words.js';
import { hrefOf } from '../state/place.js';

interface WalletSearchProps {
  shown: string | null;
  freshness: number;
  /** What is shown already was asked for once more. */
  onAgain: () => void;
}

export function WalletSearch({ shown, freshness, onAgain }: WalletSearchProps) {
  const [wanted, setWanted] = useState('');
  const query = new URLSearchParams(wanted.trim() === '' ? {} : { query: wanted.trim() });
  const list = useList<Wallet>('/api/admin/wallets', query, freshness, {
    idOf: ({ userId, match }) => `${match?.kind ?? ''} ${userId}`,
  });
  const isNobody = wanted.trim() !== '' && list.data?.every(({ userId }) => userId !== wanted.trim());
  return (
    <section class="card" aria-labelledby="find">
      <h2 id="find">Find a wallet</h2>
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>
            User id <span class="soft">(or how it begins, or the id of an entry, a request, a document)</span>
          </span>
          <input
            type="search"
            name="query"
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        </label>
      </form>
      <Answered answer={list} what="The list of wallets" nothing="Nobody by this id.">
        {(wallets) => (
          <ul class="rows wallets">
            {wallets.map((wallet) => (
              <Found
                key={`${wallet.match?.kind} ${wallet.userId}`}
                wallet={wallet}
                isShown={wallet.userId === shown}
                onAgain={onAgain}
              />
            ))}
          </ul>
        )}
      </Answered>
      {isNobody && (
        <a class="button quiet" href={hrefOf('operator', wanted.trim())}>
          <span>
            Open by this id: <span class="user-text">{wanted.trim()}</span>
          </span>
        </a>
      )}
      <MoreButton list={list} of="wallets" />
    </section>
  );
}

function Found({
  wallet: { userId, available, held, owed, match },
  isShown,
  onAgain,
}: {
  wallet: Wallet;
  isShown: boolean;
  onAgain: () => void;
}) {
  return (
    <li>
      <a
        href={match?.entryId == null ? hrefOf('operator', userId) : hrefOf('operator', userId, match.entryId)}
        aria-current={isShown ? 'true' : undefined}
        onClick={({ currentTarget }) => currentTarget.hash === location.hash && onAgain()}
      >
        <span class="title">{userId}</span>
        {match != null && <span class="soft">has this {match.kind}</span>}
        <span class="soft">
          <span class="figure">{number(available)}</span>
          {held > 0 && <span class="figure"> · {number(held)} on hold</span>}
          {owed > 0 && <span class="figure"> · {number(owed)} owed</span>}
        </span>
      </a>
    </li>
  );
}
