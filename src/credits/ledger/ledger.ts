import type { Pool, QueryResult } from 'pg';
import type { Announcer } from './announcer.js';
import { LOCK_TIMEOUT_MS } from './connection.js';
import { Gatherer, type GathererLimits } from './gatherer.js';
import { LedgerUnavailableError, mayHaveHappened, troubleOf } from './failures.js';
import {
  applySql,
  applyValues,
  readOutcomes,
  timedApplySql,
  type ApplyRow,
  type Operation,
  type Outcome,
} from './operation.js';
import { HoldOwners } from './hold-owners.js';
import { HOME } from './placement.js';
import { Tally } from './tally.js';
import { rowsOf, type Transaction } from './transaction.js';

/** What a row of an answer says of a wallet that was changed; without a hash it was not. */
type Changed = Pick<ApplyRow, 'name_hash' | 'version'>;
type RefillRow = Changed & { user_id: string; is_refilled: boolean };

/** The door of the money core: every change of every wallet goes through `apply` in the ledger's schema, here. */
export class Ledger {
  readonly #gatherer: Gatherer;
  readonly #owners = new HoldOwners();
  readonly #sql: string;
  readonly #refill: (users: readonly string[]) => Promise<RefillRow[]>;

  /**
   * `isPooled`: a connection of the pool is not one of the server's, see pooler.ts. `announcer`: tells of changes after
   * their commits; without one the commits do.
   */
  constructor(
    pool: Pool,
    limits?: Partial<GathererLimits>,
    readonly schema: string = HOME,
    isPooled = false,
    private readonly announcer?: Announcer,
    /** Several ledgers may share one. */
    readonly tally = new Tally(),
  ) {
    this.#sql = applySql(schema);
    const statement = isPooled
      ? { text: timedApplySql(schema, LOCK_TIMEOUT_MS) }
      : { name: `${schema}_apply`, text: this.#sql };
    this.#gatherer = new Gatherer(async (operations, wait) => {
      const values = applyValues(operations, wait, announcer === undefined);
      const rows = await this.#committed(pool.query<ApplyRow>({ ...statement, values }));
      return this.#read(operations, rows);
    }, limits);
    this.#refill = (users) => {
      const text = `SELECT * FROM ${schema}.refill_together($1, $2)`;
      const named = isPooled ? { text } : { name: `${schema}_refill`, text };
      return this.#committed(pool.query<RefillRow>({ ...named, values: [users, announcer === undefined] }));
    };
  }

  get waiting(): number {
    return this.#gatherer.waiting;
  }

  /**
   * Decide one operation, together with whatever else arrives at the same time. It is told whose its hold is.
   *
   * @throws LedgerOverloadedError nothing was tried
   * @throws LedgerUnavailableError the outcome is unknown; with an idempotency key, a retry finds out
   */
  async apply(operation: Operation): Promise<Outcome> {
    try {
      const isTold = this.#owners.tell(operation);
      const outcome = await this.#gatherer.submit(operation);
      if (outcome.code !== 'not_found' || !isTold) return outcome;
      // An erasure gives a person's holds to a pseudonym.
      operation.user_id = undefined;
      return await this.#gatherer.submit(operation);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /**
   * Decide one operation inside the caller's transaction; a refusal leaves that transaction usable. `announces`: nobody
   * here hears of that transaction's end, so its commit has to tell of the change.
   */
  async applyIn(transaction: Transaction, operation: Operation, announces = true): Promise<Outcome> {
    try {
      const answer = await transaction.query(this.#sql, applyValues([operation], true, announces));
      return this.#read([operation], rowsOf<ApplyRow>(answer))[0]!;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /**
   * Pours what is due to many wallets at once, where a refill is all that is due; waits for no wallet. Answers for
   * whom `settle` is left to do.
   *
   * @throws LedgerUnavailableError
   */
  async refillTogether(users: readonly string[]): Promise<string[]> {
    try {
      const rows = await this.#refill(users);
      return rows.flatMap(({ user_id, is_refilled }) => (is_refilled ? [] : [user_id]));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** The rows of a flight, and the announcement of what they changed, or of what they may have changed. */
  async #committed<Row extends Changed>(flight: Promise<QueryResult<Row>>): Promise<Row[]> {
    try {
      const { rows } = await flight;
      for (const { name_hash, version } of rows) {
        if (name_hash !== null) this.announcer?.changed(name_hash, Number(version));
      }
      return rows;
    } catch (error) {
      if (mayHaveHappened(error)) this.announcer?.unsure();
      throw error;
    }
  }

  #read(operations: readonly Operation[], rows: readonly ApplyRow[]): Outcome[] {
    const outcomes = readOutcomes(rows);
    this.tally.count(operations, outcomes);
    this.#owners.learn(operations, outcomes);
    return outcomes;
  }
}

/** Driver, network and server trouble get one name; a fault of our own stays what it is. */
function asUnavailable(error: unknown): unknown {
  if (error instanceof Error && error.name.startsWith('Ledger')) return error;
  if (troubleOf(error) === undefined) return error;
  return new LedgerUnavailableError('the ledger could not be reached in time', { cause: error });
}
