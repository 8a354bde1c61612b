import type { Grant } from '../api/types.js';
import type { Loadable } from '../api/use-answer.js';
import { Answered } from '../parts/answered.js';
import { calmBalance } from '../state/balance.js';
import { useStore } from '../state/store.js';
import { noticesOf } from './notices.js';
import { Written } from '../parts/written.js';

const NOTHING = 'No notices. Low credits, expiries within a week and refills appear here.';

/** The line of the balance goes on trying by itself. */
const UNREAD = new Error('The balance cannot be read.');

/** What to know of one's credits: low, owed, about to expire, come or to come. From what the page is told anyway. */
export function NoticesPart({ grants }: { grants: Loadable<Grant[]> }) {
  const { known, connection } = useStore(calmBalance);
  const isBroken = known === null && connection !== 'loading';
  const data = known === null || grants.data === null ? null : noticesOf(known, grants.data);
  return (
    <section class="card" aria-labelledby="notices">
      <h2 id="notices">Notices</h2>
      <Answered
        answer={{ ...grants, data, trouble: grants.trouble ?? (isBroken ? UNREAD : null) }}
        what="Your notices"
        nothing={NOTHING}
      >
        {(notices) => (
          <ul class="notices">
            {notices.map(({ words, reason, isBad }) => (
              <li key={`${words} ${reason}`} class={isBad && 'owing'}>
                {words} {reason !== undefined && <Written class="soft" text={reason} />}
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </section>
  );
}
