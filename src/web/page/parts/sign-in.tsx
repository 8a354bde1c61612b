import { useState } from 'preact/hooks';
import { farewell, offer } from '../state/session.js';
import { useStore } from '../state/store.js';
import { Heading } from './heading.js';
import { Notice } from './notice.js';

export function SignIn() {
  const reason = useStore(farewell);
  const [token, setToken] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const isRefused = offer(token) === 'no token';
    setTrouble(isRefused ? 'This is not a token, or it has expired.' : null);
  };
  return (
    <section class="card narrow">
      <Heading>Sign in</Heading>
      {reason !== null && <Notice tone="plain">{reason}</Notice>}
      <p>
        Open the address that <code>npm start</code> printed, or paste a token here.
      </p>
      <form onSubmit={submit}>
        <label>
          Token
          <textarea
            name="token"
            rows={4}
            required
            spellcheck={false}
            autocomplete="off"
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </label>
        {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
        <button type="submit">Sign in</button>
      </form>
      <p class="soft">
        A token for somebody: <code>npm run --silent token -- --user alice</code>
      </p>
    </section>
  );
}
