import type { ChargeInput, HoldInput, Quote, QuoteInput } from './credits.types.js';
import { keyed, requireInput } from './input.js';
import { newId } from './ledger/new-id.js';
import { Operation } from './ledger/operation.js';
import type { PriceList } from './price-list.js';

const MEASURED = { action: 'action', units: 'units' } as const;
const SPENT = {
  userId: 'userId',
  action: 'action',
  credits: 'credits?',
  actor: 'actor?',
  description: 'description?',
} as const;

/**
 * What an action costs: price × units, or what was measured at the rates of its price.
 *
 * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError
 */
export function quoteFrom(prices: PriceList, { action, units = 1, measured }: QuoteInput): Quote {
  requireInput({ action, units }, MEASURED);
  const credits = prices.costOf(action, { units, measured });
  requireInput({ units: credits }, { units: 'credits' });
  const quote = { action, units, credits, priceVersion: prices.version };
  return measured === undefined ? quote : { ...quote, measured };
}

/**
 * A hold, or a charge, as the ledger decides it.
 *
 * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError, IdempotencyKeyInvalidError
 */
export function spendingOf(
  prices: PriceList,
  verb: 'hold' | 'charge',
  input: Omit<ChargeInput, 'measured'> & Pick<HoldInput, 'quote'>,
  measured?: ChargeInput['measured'],
  ttlSeconds?: number,
): Operation {
  const { userId, action, units, credits, quote, idempotencyKey, actor, description } = input;
  requireInput<Pick<ChargeInput, keyof typeof SPENT>>(input, SPENT);
  const cost = credits ?? (quote ?? quoteFrom(prices, { action, units, measured })).credits;
  // The input, not the cost: a retry after a change of prices still finds its first outcome.
  const { key, fingerprint } = keyed(idempotencyKey, [
    verb,
    action,
    credits === undefined ? (units ?? 1) : null,
    credits,
    ...(measured === undefined ? [] : [Object.entries(measured).sort()]),
  ]);
  return new Operation({
    verb,
    id: newId(userId),
    user_id: userId,
    action,
    credits: cost,
    price_version: quote?.priceVersion ?? prices.version,
    ttl_seconds: ttlSeconds,
    key,
    fingerprint,
    actor,
    description,
  });
}
