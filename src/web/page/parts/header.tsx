import { offers } from '../buy/offers.js';
import { hrefOf, type Place, type View } from '../state/place.js';
import type { Session } from '../state/session.js';
import { remembered } from '../state/remembered.js';
import { useStore } from '../state/store.js';
import { BalancePill } from './balance-pill.js';
import { leave } from './leave.js';
import { legible } from './legible.js';

const TABS: { view: View; name: string; forAdmins?: true }[] = [
  { view: 'work', name: 'Work' },
  { view: 'history', name: 'History' },
  { view: 'operator', name: 'Operator', forAdmins: true },
];

export function Header({ session, place }: { session: Session | null; place: Place }) {
  return (
    <header class="bar">
      <a class="mark" href={hrefOf('work')}>
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>creditgate</span>
      </a>
      {session !== null && (
        <>
          <nav aria-label="Views">
            {TABS.filter(({ forAdmins }) => !forAdmins || session.isAdmin).map(({ view, name }) => (
              <a key={view} href={hrefOf(view)} aria-current={isIn(view, place) ? 'page' : undefined}>
                {name}
              </a>
            ))}
          </nav>
          {/* An operator's own credits are not what the desk is about. */}
          {place.view !== 'operator' && <BalancePill />}
          <GetCredits place={place} />
          <p class="who">
            <bdi class="user-text" title={session.userId}>
              {legible(session.userId)}
            </bdi>
            <button type="button" class="quiet" onClick={() => leave(session)}>
              Sign out
            </button>
          </p>
        </>
      )}
    </header>
  );
}

/** Beside the pill, where anything is sold. */
function GetCredits({ place }: { place: Place }) {
  const list = useStore(offers);
  const isSold = remembered('sold', list && list.length > 0);
  if (place.view === 'operator' || !isSold) return null;
  return (
    <a class="get" href={hrefOf('credits')} aria-current={isIn('credits', place) ? 'page' : undefined}>
      Get credits
    </a>
  );
}

function isIn(view: View, { view: here }: Place): boolean {
  return here === view || (here === 'document' && view === 'work');
}
