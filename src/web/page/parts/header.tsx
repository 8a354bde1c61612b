import { hrefOf, type Place, type View } from '../state/place.js';
import { signOut, type Session } from '../state/session.js';
import { BalancePill } from './balance-pill.js';

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
          <BalancePill />
          <p class="who">
            <span title={session.userId}>{session.userId}</span>
            <button type="button" class="quiet" onClick={() => signOut()}>
              Sign out
            </button>
          </p>
        </>
      )}
    </header>
  );
}

function isIn(view: View, { view: here }: Place): boolean {
  return here === view || (here === 'document' && view === 'work');
}
