/**
 * The only door of the credit system.
 *
 * wallet        one user's credits: balance owned, held set aside, available = balance − held
 * hold          credits set aside for one piece of work: held → captured | released | expired, exactly once
 * ledger entry  one immutable row per change of a balance
 * credit grant  credits given, with a priority and perhaps an expiry
 * price list    action → credits
 */
export { CreditsModule } from './credits.module.js';
export { CreditsService, type InTransaction } from './credits.service.js';
export {
  CREDITS_OPTIONS,
  type CreditsAsyncOptions,
  type CreditsOptions,
  type HostRequest,
  type Problem,
} from './credits.options.js';
export { CreditsOptionsError } from './checked-options.js';
export { CreditsGuard } from './gate/credits.guard.js';
export { CreditsInterceptor } from './gate/credits.interceptor.js';
export { CREDIT_HEADERS } from './gate/headers.js';
export { OutOfDateError, type MigrateOption } from './database/bring-up-to-date.js';
export type { DataSourceLike } from './database/typeorm-database.js';
export type { HostDatabase } from './database/host-database.js';
export type { Transaction } from './ledger/transaction.js';
export { Idempotent, RequireCredits } from './gate/require-credits.decorator.js';
export { CurrentHold, CurrentWork } from './gate/current-hold.decorator.js';
export { Answers, fingerprint, isRecorded, type Answer, type KeyedRequest } from './gate/answers.js';
export { RecordedAnswer } from './gate/recorded-answer.js';
export type { WorkOutcome } from './gate/work-outcome.js';
export { Work, workOf } from './gate/work.js';
export { CreditsCost, type ActionCost, type Cost, type CostResolver } from './gate/cost.js';
export { PriceList, type Prices } from './price-list.js';
export * from './credits.errors.js';
export { isTimeZone } from './input.js';
export type { Allowance, AllowInput } from './allowances/allowance.js';
export type * from './credits.types.js';
export { checkIntegrity, type Difference, type IntegrityOptions, type IntegrityReport } from './integrity.js';
export { askDatabase } from './readings.js';
export { asUnavailable } from './unavailable.js';
export { troubleOf } from './ledger/failures.js';
export { CreditsVitals } from './vitals.js';
export { LedgerConnection } from './ledger-connection.js';
export {
  UNKNOWN_VERSION,
  WalletChanges,
  type WalletChange,
  type WalletChangeListener,
} from './wallet-changes.js';
export {
  MissingRightError,
  SchemaTooNewError,
  runMigrations,
  type MigrationOptions,
  type MigrationSet,
} from './ledger/migrate.js';
export { readSqlFile, readSqlFiles, type SqlFile } from './ledger/sql-files.js';
export { newId } from './ledger/new-id.js';
export { pseudonymFor, walletHash } from './ledger/wallet-hash.js';
export { migrateLedger } from './ledger/schema.js';
