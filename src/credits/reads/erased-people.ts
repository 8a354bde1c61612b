import type { ReadableLedger } from '../database/ledger-database.js';

/** Of two first erasures at once, by instances with folders of their own, the later one hears of the other's key. */
const ONE_AT_A_TIME_SQL = `SELECT pg_advisory_xact_lock(hashtextextended('creditgate erasure', 0))`;

/**
 * People who were erased, as the ledger remembers them: by a hash that nobody can make without the host's key. What a
 * hash begins with, up to a colon, tells which key made it.
 */
export class ErasedPeople {
  constructor(private readonly ledger: ReadableLedger) {}

  /** Whether there is anybody whom only the key can tell; also asked of a database of an earlier version. */
  async areThere(): Promise<boolean> {
    const sql = `SELECT to_regclass($1) IS NOT NULL AS known`;
    const [row] = await this.ledger.query<{ known: boolean }>(sql, [this.#table]);
    return row!.known && this.#exists(`person_hash <> ''`);
  }

  /** Whether somebody is remembered under another key than that of this mark. */
  haveAnotherMark(mark: string): Promise<boolean> {
    return this.#exists(`strpos(person_hash, ':') > 0 AND NOT starts_with(person_hash, $1)`, mark);
  }

  includeAnyOf(hashes: readonly string[]): Promise<boolean> {
    return this.#exists('person_hash = ANY ($1)', hashes);
  }

  /** Until the transaction ends, no other erasure goes past this point. */
  async takeTurn(): Promise<void> {
    await this.ledger.query(ONE_AT_A_TIME_SQL, []);
  }

  async #exists(condition: string, ...values: unknown[]): Promise<boolean> {
    const rows = await this.ledger.query(`SELECT FROM ${this.#table} WHERE ${condition} LIMIT 1`, values);
    return rows.length > 0;
  }

  get #table(): string {
    return `${this.ledger.schema}.erasures`;
  }
}
