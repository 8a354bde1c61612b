import type { Wallet } from '../api/types.js';
import { useList } from '../api/use-list.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { number } from '../parts/words.js';
import { choose, hrefOf, withChosen } from '../state/place.js';
import { useChosen, type Choices } from '../state/use-chosen.js';
import { Written } from '../parts/written.js';

/** What of it an address may ask for: any text. */
export const SEARCH_CHOICES: Choices<'find'> = { find: () => true };

interface WalletSearchProps {
  shown: string | null;
  freshness: number;
  /** What is shown already was asked for once more. */
  onAgain: () => void;
}

export function WalletSearch({ shown, freshness, onAgain }: WalletSearchProps) {
  const wanted = useChosen(SEARCH_CHOICES).find;
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
            onInput={({ currentTarget }) => choose({ find: currentTarget.value }, 'find')}
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
                find={wanted}
                isShown={wallet.userId === shown}
                onAgain={onAgain}
              />
            ))}
          </ul>
        )}
      </Answered>
      {isNobody && (
        <a class="button quiet" href={withChosen(hrefOf('operator', wanted.trim()), { find: wanted })}>
          <span>
            Open by this id: <Written text={wanted.trim()} />
          </span>
        </a>
      )}
      <MoreButton list={list} of="wallets" />
    </section>
  );
}

interface FoundProps {
  wallet: Wallet;
  /** What was looked for, which is still there when one goes on to it. */
  find: string;
  isShown: boolean;
  onAgain: () => void;
}

function Found({ wallet, find, isShown, onAgain }: FoundProps) {
  const { userId, available, held, owed, match } = wallet;
  const ids = match?.entryId == null ? [userId] : [userId, match.entryId];
  return (
    <li>
      <a
        href={withChosen(hrefOf('operator', ...ids), { find })}
        aria-current={isShown ? 'true' : undefined}
        onClick={({ currentTarget }) => currentTarget.hash === location.hash && onAgain()}
      >
        <Written class="title" text={userId} />
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
