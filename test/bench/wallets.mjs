// What every contender charges: the same wallets, the same price, the same action.
export const SPREAD = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
export const HOT = 'hot-wallet';
export const WALLETS = [...SPREAD, HOT];

export const ACTION = 'txt_upload';
export const PRICE = 3;
/** So much that no charge is ever refused: refusals would be cheaper than charges. */
export const OPENING_BALANCE = 1_000_000_000_000;

/** @returns {() => string} the user to charge next */
export function pickerFor(wallets) {
  return wallets === 'hot' ? () => HOT : () => SPREAD[Math.floor(Math.random() * SPREAD.length)];
}
