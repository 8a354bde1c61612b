import { faultInside, openTransaction } from './database/open-transaction.js';
import { requireSameDatabase } from './database/same-database.js';
import type { Group, Groups } from './groups.js';
import type { Operation, Outcome } from './ledger/operation.js';
import { toCredits } from './ledger/safe-integer.js';
import type { Transaction } from './ledger/transaction.js';
import { refusalOf } from './outcome.js';
import { traced, type Tracer } from './tracing.js';
import { UNKNOWN_VERSION, type WalletChanges } from './wallet-changes.js';

/** The one way from an operation to its outcome: the ledger decides, and the listeners hear what changed. */
export class Decisions {
  constructor(
    private readonly groups: Groups,
    private readonly changes: WalletChanges,
    private readonly tracer?: Tracer,
  ) {}

  /** @throws the refusal that the outcome is, CreditsUnavailableError, CreditsOverloadedError */
  make(operation: Operation, tx?: Transaction): Promise<Outcome> {
    if (this.tracer === undefined) return this.#make(operation, tx);
    return traced(this.tracer, operation, () => this.#make(operation, tx));
  }

  async #make(operation: Operation, tx?: Transaction): Promise<Outcome> {
    let outcome: Outcome;
    try {
      const group = this.groups.ofOperation(operation);
      outcome = await (tx === undefined ? group.ledger.apply(operation) : this.#inside(tx, operation, group));
    } catch (error) {
      // It may have happened all the same.
      if (operation.user_id !== undefined) this.changes.committed(operation.user_id, UNKNOWN_VERSION);
      throw faultInside(tx, error);
    }
    // After a refusal too: what was due may have expired just before it.
    const { code, userId, amount, balance, held, version } = outcome;
    const collected = toCredits(outcome.detail?.['collected'] ?? 0);
    const change =
      code === 'done' ? { verb: operation.verb, amount, collected, balance, held, version } : undefined;
    if (tx === undefined) this.changes.committed(userId, version, change);
    else this.changes.pending(userId, tx, change);
    const refusal = refusalOf(operation, outcome);
    if (refusal !== undefined) throw refusal;
    return outcome;
  }

  async #inside(tx: Transaction, operation: Operation, { ledger, connection }: Group): Promise<Outcome> {
    await requireSameDatabase(connection.host, openTransaction(tx));
    return ledger.applyIn(tx, operation, !this.changes.tellsOf(tx));
  }
}
