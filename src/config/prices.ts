import { InvalidPriceError, readPrice, type Prices } from '../credits/prices/index.js';
import { ACTION, readFamily } from './variable-family.js';

const DEFAULT_PRICES = { audio_upload: 2, txt_upload: 3, docx_processing: 5, premium_export: 15 };

/**
 * Every CREDIT_COST_<ACTION> prices an action, known or not; an empty one keeps its default. The list has
 * no prototype, so `prices['constructor']` is undefined like any unknown action.
 */
export function readPrices(variables: Record<string, string | undefined>): {
  prices: Prices;
  faults: string[];
} {
  const { values, faults } = readFamily(variables, {
    prefix: 'CREDIT_COST_',
    member: ACTION,
    read: (text, action) => priceOf(text, action.toLowerCase()),
  });
  const prices = Object.assign(
    Object.create(null) as Record<string, Prices[string]>,
    DEFAULT_PRICES,
    ...values,
  ) as Prices;
  return { prices: Object.freeze(prices), faults };
}

function priceOf(text: string, action: string): Prices | string {
  try {
    return { [action]: readPrice(text) };
  } catch (error) {
    if (!(error instanceof InvalidPriceError)) throw error;
    return error.message;
  }
}
