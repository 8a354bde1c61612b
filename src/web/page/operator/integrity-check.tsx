import { useState } from 'preact/hooks';
import { call } from '../api/call.js';
import type { Integrity } from '../api/types.js';
import { ActionButton } from '../parts/action-button.js';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import { counted, number } from '../parts/words.js';
import { Written } from '../parts/written.js';

export function IntegrityCheck() {
  const checking = useAction();
  const [result, setResult] = useState<Integrity | null>(null);
  const check = () => checking.run(async () => setResult(await call<Integrity>('/api/admin/integrity')));
  return (
    <section class="card paperless" aria-labelledby="integrity">
      <h2 id="integrity">Integrity</h2>
      <p class="soft">Recomputes every book from its entries and names each wallet that disagrees.</p>
      <ActionButton class="quiet" action={checking} busy="Checking…" onClick={check}>
        Check the books
      </ActionButton>
      {result !== null && <Result result={result} />}
    </section>
  );
}

function Result({ result: { ok, wallets, entries, differences } }: { result: Integrity }) {
  const looked = `${counted(wallets, 'wallet')} and ${number(entries)} ${entries === 1 ? 'entry' : 'entries'}`;
  if (ok) return <Notice tone="good">The books agree: {looked}.</Notice>;
  return (
    <Notice tone="bad">
      <p>The books disagree; looked at {looked}.</p>
      <ul>
        {differences.map(({ userId, check, expected, actual }) => (
          <li key={`${userId} ${check}`}>
            <Written text={userId} />: {check}, expected {String(expected)}, is {String(actual)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
