import { Keyv } from 'keyv';
import type { BalanceStore } from './store.js';

/** The options that make cache-manager keep its copies there, as they are and under the user's own id. */
export function keepingIn(store: BalanceStore): { stores: Keyv[] } {
  const asTheyAre = { serialize: undefined, deserialize: undefined, useKeyPrefix: false };
  // Without throwOnErrors keyv would swallow what goes wrong.
  return { stores: [new Keyv({ store, ...asTheyAre, throwOnErrors: true, emitErrors: false })] };
}
