import { Keyv } from 'keyv';
import type { BalanceStore } from './store.js';

/** Options that make cache-manager keep its copies in the store, unserialized and under the user's id. */
export function keepingIn(store: BalanceStore): { stores: Keyv[] } {
  const asTheyAre = { serialize: undefined, deserialize: undefined, useKeyPrefix: false };
  // Without throwOnErrors, keyv would swallow errors.
  return { stores: [new Keyv({ store, ...asTheyAre, throwOnErrors: true, emitErrors: false })] };
}
