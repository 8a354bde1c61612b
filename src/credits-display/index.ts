/**
 * The door of the display: balances for showing, which may be copies; nothing is decided by them.
 */
export { CreditsDisplayModule, type DisplayAsyncOptions } from './credits-display.module.js';
export { BalanceDisplay, type DisplayOptions, type ReadOptions } from './reader.js';
export type { DisplayedBalance } from './displayed-balance.js';
export { DisplayVitals } from './display-vitals.js';
export { WalletSignal, type WalletSignalListener } from './signal.js';
