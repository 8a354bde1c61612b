import type { Pool, QueryResult } from 'pg';
import { applySql, isUnnamed, readOutcomes, type AnswerRow } from './answer.js';
import type { Announcer } from './announcer.js';
import { LOCK_TIMEOUT_MS } from './connection.js';
import { Gatherer, type GathererLimits } from './gatherer.js';
import { LedgerUnavailableError, mayHaveHappened, troubleOf } from './failures.js';
import { applyValues, type Operation, type Outcome } from './operation.js';
import { HoldOwners } from './hold-owners.js';
import { HOME } from './placement.js';
import { Tally } from './tally.js';
import { rowsOf, type Transaction } from './transaction.js';

interface RefillRow {
  user_id: string;
  is_refilled: boolean;
  version: string;
  /** Null: the wallet did not change. */
  name_hash: number | null;
}

/** The door of the money core: every change of every wallet goes through `apply` in the ledger's schema, here. */
export class Ledger {
  readonly #gatherer: Gatherer;
  readonly #owners = new HoldOwners();
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
    const statementFor = (unnamed: boolean) =>
      isPooled
        ? { text: applySql(schema, { unnamed, lockTimeoutMs: LOCK_TIMEOUT_MS }) }
        : { name: `${schema}_apply${unnamed ? '_unnamed' : ''}`, text: applySql(schema, { unnamed }) };
    const [named, unnamed] = [statementFor(false), statementFor(true)];
    this.#gatherer = new Gatherer(async (operations, wait) => {
      const values = applyValues(operations, wait, announcer === undefined);
      const flight = pool.query<AnswerRow>({ ...(isUnnamed(operations) ? unnamed : named), values });
      const outcomes = await this.#told(flight, ([row]) => this.#read(row!, operations));
      for (const { changedHash, version } of outcomes) this.#announce(changedHash, version);
      return outcomes;
    }, limits);
    this.#refill = async (users) => {
      const text = `SELECT * FROM ${schema}.refill_together($1, $2)`;
      const statement = isPooled ? { text } : { name: `${schema}_refill`, text };
      const values = [users, announcer === undefined];
      const rows = await this.#told(pool.query<RefillRow>({ ...statement, values }), (rows) => rows);
      for (const { name_hash, version } of rows) this.#announce(name_hash ?? undefined, Number(version));
      return rows;
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
      const sql = applySql(this.schema, { unnamed: isUnnamed([operation]) });
      const answer = await transaction.query(sql, applyValues([operation], true, announces));
      return this.#read(rowsOf<AnswerRow>(answer)[0]!, [operation])[0]!;
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

  /** What an answer says; where that is not known, the wallets may have changed all the same. */
  async #told<Row extends object, Said>(
    answer: Promise<QueryResult<Row>>,
    read: (rows: Row[]) => Said,
  ): Promise<Said> {
    try {
      return read((await answer).rows);
    } catch (error) {
      if (mayHaveHappened(error)) this.announcer?.unsure();
      throw error;
    }
  }

  #announce(changedHash: number | undefined, version: number): void {
    if (changedHash !== undefined) this.announcer?.changed(changedHash, version);
  }

  #read(answer: AnswerRow, operations: readonly Operation[]): Outcome[] {
    const outcomes = readOutcomes(answer, operations);
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
