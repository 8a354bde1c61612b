/**
 * The public API of the credit system. What operators do is exported by operator/index.ts, and what the rest of this
 * product needs besides by plumbing.ts.
 *
 * wallet        one user's credits: balance owned, held set aside, available = balance − held
 * hold          credits set aside for one piece of work: held → captured | released | expired, exactly once
 * ledger entry  one immutable row per change of a balance
 * credit grant  credits given, with a priority and perhaps an expiry
 * price list    action → credits
 */
export { CreditsModule } from './credits.module.js';
export { CreditsService } from './credits.service.js';
export type { InTransaction } from './in-transaction.js';
export {
  CREDITS_OPTIONS,
  type CreditsAsyncOptions,
  type CreditsOptions,
  type CreditsServer,
  type EventsOptions,
  type HostRequest,
  type Payer,
  type Problem,
} from './credits.options.js';
export { CreditsOptionsError } from './checked-options.js';
export { OnCreditsEvent } from './events/on-credits-event.decorator.js';
export type { CreditsEvent, CreditsEventType } from './events/event.js';
export { areEventsSecrets, isEventsUrl } from './events/receiver.js';
export { CreditsGuard } from './gate/credits.guard.js';
export { CreditsInterceptor } from './gate/credits.interceptor.js';
export { CREDIT_HEADERS } from './gate/headers.js';
export type { InsufficientCreditsProblem } from './gate/insufficient-credits-problem.js';
export { OutOfDateError, type MigrateOption } from './database/bring-up-to-date.js';
export type { DataSourceLike } from './database/typeorm-database.js';
export type { HostDatabase } from './database/host-database.js';
export type { Transaction } from './ledger/transaction.js';
export { Idempotent, RequireCredits } from './gate/require-credits.decorator.js';
export { CurrentHold, CurrentWork } from './gate/current-hold.decorator.js';
export { HeldWork, type WorkOutcome } from './held-work.js';
export type { SpendInput } from './spend.js';
export { Work } from './gate/work.js';
export { workOf } from './gate/ending.js';
export {
  CreditsCost,
  NO_COST,
  type ActionCost,
  type Cost,
  type CostResolver,
  type GateSettings,
  type OnClientLeft,
  type PricedCost,
} from './gate/cost.js';
export { PriceList, type ListedPrice } from './price-list.js';
export type { Measured, MeasuredPrice, Price, Prices, Rate } from './prices/index.js';
export * from './credits.errors.js';
export * from './programming-errors.js';
export { troubleOf } from './ledger/failures.js';
export { isTimeZone } from './input.js';
export { isRfc3339 } from './rfc3339.js';
export { isGroupCount, MOST_GROUPS } from './ledger/placement.js';
export type { Allowance, AllowInput } from './allowances/allowance.js';
export type * from './credits.types.js';
export { Statements } from './reads/statements.js';
export { HOLD_STATES, type HoldsFilter } from './reads/holds.js';
export type { Usage } from './reads/statements.js';
export type { GrantStatement, HoldStatement } from './reads/statement-rows.js';
export type { Explanation } from './reads/explanation.js';
export type { ChangedRows } from './reads/changed-rows.js';
export { isProgram } from './reads/acts.js';
export { ErasedPeople } from './reads/erased-people.js';
