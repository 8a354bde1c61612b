import { useLayoutEffect } from 'preact/hooks';
import { CreditsView } from './buy/credits-view.js';
import { HistoryView } from './history/history-view.js';
import { DocumentView } from './library/document-view.js';
import { OperatorView } from './operator/operator-view.js';
import { Announcer } from './parts/announcer.js';
import { CommandMenu } from './parts/command-menu.js';
import { Header } from './parts/header.js';
import { Heading } from './parts/heading.js';
import { SignIn } from './parts/sign-in.js';
import { followBalance } from './state/balance-stream.js';
import { place, type Place } from './state/place.js';
import { session, type Session } from './state/session.js';
import { useStore } from './state/store.js';
import { WorkView } from './work/work-view.js';

const KEYS = /Mac/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';

export function App() {
  const signedIn = useStore(session);
  const where = useStore(place);
  useLayoutEffect(() => (signedIn === null ? undefined : followBalance()), [signedIn]);
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      {/* Another user is another page: nothing of the one before stays in it. */}
      <Header key={`bar ${signedIn?.userId}`} session={signedIn} place={where} />
      <main id="main" tabIndex={-1} key={signedIn?.userId}>
        {signedIn === null ? <SignIn /> : <View session={signedIn} place={where} />}
      </main>
      <footer>
        <a href="/docs">API</a>
        <span class="keys">
          <kbd>{KEYS}</kbd> for commands
        </span>
      </footer>
      <Announcer />
      {signedIn !== null && <CommandMenu session={signedIn} />}
    </>
  );
}

function View({ session: { isAdmin }, place: { view, id, line } }: { session: Session; place: Place }) {
  switch (view) {
    case 'work':
      return <WorkView />;
    case 'document':
      return id === null ? <WorkView /> : <DocumentView key={id} id={id} />;
    case 'credits':
      return <CreditsView />;
    case 'history':
      return <HistoryView />;
    case 'operator':
      return isAdmin ? <OperatorView userId={id} line={line} /> : <NotAnOperator />;
  }
}

function NotAnOperator() {
  return (
    <section class="card">
      <Heading>Operators only</Heading>
      <p>
        Sign in with an operator’s token: <code>npm run --silent token -- --user you --admin</code>
      </p>
    </section>
  );
}

/** By hand: a fragment of its own would be another place. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
