/**
 * The credit system's door for the ground of a product: what brings tables up to date, keeps copies of balances, measures,
 * checks and backs up. Features have no business here (.dependency-cruiser.cjs says who has).
 */
export { Answers } from './gate/answers.js';
export { hintHeaders } from './gate/problem.js';
export { payingFor } from './gate/user-of.js';
export { byServer, Groups, type Group } from './groups.js';
export { counted } from './counted.js';
export { LedgerConnection } from './ledger-connection.js';
export { Outbox, type NewEvent } from './events/outbox.js';
export { ruleOf, type InputRule } from './input.js';
export { fateOfSettings } from './ledger/pooler.js';
export {
  MissingRightError,
  SchemaTooNewError,
  runMigrations,
  type MigrationOptions,
  type MigrationSet,
} from './ledger/migrate.js';
export { sqlStateOf } from './ledger/failures.js';
export { SQLSTATE } from './ledger/sqlstate.js';
export { readSqlFile, readSqlFiles, type SqlFile } from './ledger/sql-files.js';
export type { Announcer } from './ledger/announcer.js';
export { clientOf } from './ledger/client-of.js';
export { GONE, UNSURE, WALLETS_CHANNEL, WRITERS_CHANNEL } from './ledger/channels.js';
export { WRITES_UNDER_WAY } from './ledger/writes-under-way.js';
export { newId, newIdBeside } from './ledger/new-id.js';
export { isMade, missingIn, noteMade, OtherGroupsError, placementIn } from './ledger/placed.js';
export { allIn, ONE_GROUP, schemaOf, schemasIn, type Placement } from './ledger/placement.js';
export { migrateLedger, migrateLedgers } from './ledger/schema.js';
export { NO_TIME_LIMITS } from './ledger/time-limits.js';
export { groupOf, groupOfId, pseudonymFor, walletHash } from './ledger/wallet-hash.js';
export { checkIntegrity, type Difference } from './reads/integrity.js';
export { Recurring } from './upkeep/recurring.js';
export { ENTRY_KINDS, GRANT_CATEGORIES } from './vocabulary.js';
export { CreditsVitals } from './vitals.js';
export { UNKNOWN_VERSION, type WalletChange, type WalletChangeListener } from './wallet-changes.js';
