import { useRef } from 'preact/hooks';
import { call } from '../api/call.js';
import type { Offer, Subscription } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { ActionButton } from '../parts/action-button.js';
import { Answered } from '../parts/answered.js';
import { useAction } from '../parts/use-action.js';
import { credits, moment, money } from '../parts/words.js';
import { calmBalance } from '../state/balance.js';
import { useStore } from '../state/store.js';
import { BuyButton } from './buy-button.js';
import { hereIfDemo, offers } from './offers.js';
import { Written } from '../parts/written.js';

/** Credits that come each month: what one has, and what there is to choose. Nothing where no plan is sold. */
export function PlansPart() {
  const plans = (useStore(offers) ?? []).filter(({ kind }) => kind === 'plan');
  const { known } = useStore(calmBalance);
  const path = plans.length > 0 ? '/api/credits/subscriptions' : null;
  const answer = useAnswer<{ data: Subscription[] }>(path, known?.version);
  if (plans.length === 0) return null;
  return (
    <section class="card" aria-labelledby="plans">
      <h2 id="plans">Plans</h2>
      <Answered answer={answer} what="Your plan">
        {({ data }) => <Plans plans={plans} subscriptions={data} again={answer.again} />}
      </Answered>
    </section>
  );
}

interface PlansProps {
  plans: readonly Offer[];
  subscriptions: readonly Subscription[];
  again: () => void;
}

function Plans({ plans, subscriptions, again }: PlansProps) {
  const current = subscriptions.find(({ state }) => state !== 'ended');
  return (
    <>
      {current !== undefined && <CurrentPlan subscription={current} />}
      <ul class="offers">
        {plans
          .filter(({ offer }) => offer !== current?.plan)
          .map((offer) => (
            <li key={offer.offer}>
              {current === undefined ? (
                <BuyButton offer={offer} />
              ) : (
                <ChangeButton to={offer} id={current.id} then={again} />
              )}
              <span class="soft">{termsOf(offer, subscriptions.length === 0)}</span>
            </li>
          ))}
      </ul>
    </>
  );
}

function CurrentPlan({ subscription }: { subscription: Subscription }) {
  const action = useAction();
  const open = async () => {
    const { url } = await call<{ url: string }>('/api/credits/portal', { method: 'POST' });
    location.assign(hereIfDemo(url));
  };
  return (
    <div class="ways">
      <p>
        You have <Written text={subscription.plan} />: {credits(subscription.credits)} a month for{' '}
        {money(subscription.amount, subscription.currency)} a {subscription.interval}.{' '}
        {howItGoesOn(subscription)}
      </p>
      <ActionButton action={action} busy="Opening…" onClick={() => action.run(open)}>
        Card and cancelling
      </ActionButton>
    </div>
  );
}

function howItGoesOn({ state, paidUntil, cancelsAt }: Subscription): string {
  if (state === 'past_due') return 'The last payment failed: mend your card, and its credits come.';
  if (cancelsAt !== null) return `It ends ${moment(cancelsAt)}.`;
  return paidUntil === null ? '' : `The next payment is due ${moment(paidUntil)}.`;
}

function ChangeButton({ to, id, then }: { to: Offer; id: string; then: () => void }) {
  const action = useAction();
  const key = useRef(crypto.randomUUID());
  const change = () =>
    call(`/api/credits/subscriptions/${id}/plan`, {
      method: 'POST',
      json: { offer: to.offer },
      headers: { 'idempotency-key': key.current },
    }).then(then);
  return (
    <ActionButton action={action} busy="Changing…" onClick={() => action.run(change)}>
      Change to {credits(to.credits)} a month for {money(to.amount, to.currency)} a {to.interval}
    </ActionButton>
  );
}

function termsOf({ carry, trial }: Offer, isFirst: boolean): string {
  const first =
    trial !== null && isFirst ? `${credits(trial.credits)} for ${trial.days} days first, for nothing. ` : '';
  const kept = carry > 0 ? `Up to ${credits(carry)} left over are kept for the next month.` : '';
  return first + kept;
}
