import { useRef } from 'preact/hooks';
import type { Offer } from '../api/types.js';
import { ActionButton } from '../parts/action-button.js';
import { useAction } from '../parts/use-action.js';
import { credits, money } from '../parts/words.js';
import { goAndBuy } from './offers.js';

/** One click to where it is paid. */
export function BuyButton({ offer }: { offer: Offer }) {
  const action = useAction();
  const key = useRef(crypto.randomUUID());
  return (
    <ActionButton
      action={action}
      busy="Opening the checkout…"
      onClick={() => action.run(() => goAndBuy(offer.offer, key.current))}
    >
      {credits(offer.credits)}
      {offer.interval !== null && ' a month'} for {money(offer.amount, offer.currency)}
      {offer.interval !== null && ` a ${offer.interval}`}
    </ActionButton>
  );
}
