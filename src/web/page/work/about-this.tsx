import { useState } from 'preact/hooks';
import { usePageFacts } from '../api/page-facts.js';
import { remembered } from '../state/remembered.js';

const KEY = 'about-this-was-read';

/** For somebody who tries it out: what this page is there to show. Once read it does not come again. */
export function AboutThis() {
  const { data } = usePageFacts();
  const [isRead, setRead] = useState(localStorage.getItem(KEY) !== null);
  const isDemo = remembered('demo', data && data.isDemo);
  if (isRead || !isDemo) return null;
  const dismiss = () => {
    localStorage.setItem(KEY, 'yes');
    setRead(true);
  };
  return (
    <aside class="notice plain about paperless" aria-label="About this page">
      <span>
        This is the demo of <strong>creditgate</strong>, prepaid credits for NestJS. Upload a file, see the
        entry under <em>History</em>, edit the balance with <code>npm run sql</code> and watch it change; then
        put <code>@RequireCredits</code> on an endpoint of yours. <a href="/docs">The API</a>
      </span>
      <button type="button" class="quiet" onClick={dismiss}>
        Got it
      </button>
    </aside>
  );
}
