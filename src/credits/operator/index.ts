/** The door to operators' work: all wallets, whoever they belong to. Who may do it is the host's business. */
export { OperatorModule } from './operator.module.js';
export { BalanceImport, type BalanceRow, type ImportReport } from './balance-import.js';
export { Books } from './books.js';
export { GiftGiver } from './gift-giver.js';
export { GroupCensus, type GroupReport } from './group-census.js';
export { Gifts, type GiftInput, type GiftReport } from './gifts.js';
export { Operator, ledgerKeyOf, type Act, type Done, type Moved } from './operator.js';
export { PersonErasure, type ErasureHost, type ErasureRequest } from './person-erasure.js';
export type { Overview } from '../reads/overview.js';
export { MOST_ACTS, type ActOfOperator } from '../reads/acts.js';
export { GRANT_CATEGORIES } from '../vocabulary.js';
export type { Owned } from '../reads/owner-of.js';
export type { Explanation } from '../reads/explanation.js';
export { EVENT_STATES, ToldEvents, type EventFilter, type ToldEvent } from './told-events.js';
export type { Difference, IntegrityOptions, IntegrityReport } from '../reads/integrity.js';
export type { HoldWithActor as WalletHold } from '../reads/statement-rows.js';
export { LATEST_ENTRIES, LATEST_HOLDS, Wallets, type Wallet, type WalletFile } from '../reads/wallets.js';
