import { useList } from '../api/use-list.js';
import { usePaced } from '../api/use-paced.js';
import type { Hold } from '../api/types.js';
import { WaysToMore } from '../buy/ways-to-more.js';
import { calmBalance } from '../state/balance.js';
import { useStore } from '../state/store.js';
import { useToday } from '../history/use-today.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { actionName, credits, number, until } from '../parts/words.js';
import type { Shortage } from './job.js';

/** What is missing, what is only set aside for now, and where to get more. */
export function ShortageNotice({ shortage }: { shortage: Shortage }) {
  const { required, available, held, owed, shortfall, topUpUrl, bound } = shortage;
  const { known } = useStore(calmBalance);
  const now = known !== null && known.version > shortage.balanceVersion ? known : { available, held, owed };
  const missing = Math.max(0, required + now.owed - now.available);
  return (
    <div class="shortage">
      <dl>
        <Figure name={bound ? `needed, ${bound}` : 'needed'} value={required} />
        <Figure name="available" value={now.available} />
        <Figure name="missing" value={known === null ? shortfall : missing} />
        {now.owed > 0 && <Figure name="owed" value={now.owed} />}
        {now.held > 0 && <Figure name="on hold" value={now.held} />}
      </dl>
      {now.owed > 0 && (
        <p class="soft">What comes in pays first what is owed for credits that were taken back.</p>
      )}
      {now.held > 0 && <HeldUntil version={known?.version} />}
      <WaysToMore shortfall={missing} topUpUrl={topUpUrl} />
    </div>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figure">{number(value)}</dd>
    </div>
  );
}

const ACTIVE = new URLSearchParams({ state: 'held' });
const idOf = ({ id }: Hold): string => id;

/** A hold that nobody keeps alive is free again at its end; one whose work goes on is extended. */
function HeldUntil({ version }: { version: number | undefined }) {
  const list = useList<Hold>('/api/credits/holds', ACTIVE, usePaced(version), { idOf, step: 5 });
  useToday();
  return (
    <>
      <Answered answer={list} what="What is on hold">
        {(holds) => (
          <ul class="held soft">
            {holds.map(({ id, action, amount, expiresAt }) => (
              <li key={id}>
                {credits(amount)} on hold for {actionName(action).toLowerCase()}, until {until(expiresAt)}{' '}
                unless it takes longer
              </li>
            ))}
          </ul>
        )}
      </Answered>
      <MoreButton list={list} of="of what is on hold" />
    </>
  );
}
