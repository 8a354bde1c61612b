import { InvalidPriceError, readPrice, type Prices } from '../credits/prices/index.js';

const PREFIX = 'CREDIT_COST_';
const DEFAULT_PRICES = { audio_upload: 2, txt_upload: 3, docx_processing: 5, premium_export: 15 };

/**
 * Every CREDIT_COST_<ACTION> prices an action, known or not; an empty one keeps its default. The list has
 * no prototype, so `prices['constructor']` is undefined like any unknown action.
 */
export function readPrices(variables: Record<string, string | undefined>): {
  prices: Prices;
  faults: string[];
} {
  const prices = Object.assign(Object.create(null) as Record<string, Prices[string]>, DEFAULT_PRICES);
  const faults: string[] = [];
  for (const [name, text] of Object.entries(variables)) {
    if (!name.startsWith(PREFIX) || !text) continue;
    const action = name.slice(PREFIX.length);
    if (!/^[A-Z][A-Z0-9_]*$/.test(action)) {
      faults.push(`${printable(name)} must name an action in capitals, digits and underscores`);
      continue;
    }
    try {
      prices[action.toLowerCase()] = readPrice(text);
    } catch (error) {
      if (!(error instanceof InvalidPriceError)) throw error;
      faults.push(`${name} ${error.message}`);
    }
  }
  return { prices: Object.freeze(prices), faults };
}

/** The name of a variable may hold anything but `=`, a line feed included. */
function printable(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, '?');
}
