/**
 * The credit system's door for the ground of a product: what brings tables up to date, keeps copies of balances, measures,
 * checks and backs up. Features have no business here (.dependency-cruiser.cjs says who has).
 */
export { Answers } from './gate/answers.js';
export { hintHeaders } from './gate/problem.js';
export { payingFor } from './gate/user-of.js';
export { LedgerConnection } from './ledger-connection.js';
export { fateOfSettings } from './ledger/pooler.js';
export {
  MissingRightError,
  SchemaTooNewError,
  runMigrations,
  type MigrationOptions,
  type MigrationSet,
} from './ledger/migrate.js';
export { readSqlFile, readSqlFiles, type SqlFile } from './ledger/sql-files.js';
export { newId } from './ledger/new-id.js';
export { migrateLedger } from './ledger/schema.js';
export { pseudonymFor, walletHash } from './ledger/wallet-hash.js';
export { checkIntegrity } from './reads/integrity.js';
export { CreditsVitals } from './vitals.js';
export { UNKNOWN_VERSION, type WalletChange, type WalletChangeListener } from './wallet-changes.js';
