import type { ReadableLedger } from '../database/ledger-database.js';
import type { Groups } from '../groups.js';

/** Of two first erasures at once, by instances with folders of their own, the later one hears of the other's key. */
const ONE_AT_A_TIME_SQL = `SELECT pg_advisory_xact_lock(hashtextextended('creditgate erasure', 0))`;

/**
 * People who were erased, as the ledger remembers them: by a hash that nobody can make without the host's key. What a
 * hash begins with, up to a colon, tells which key made it.
 */
export class ErasedPeople {
  constructor(
    private readonly ledgers: () => readonly ReadableLedger[],
    private readonly ofUser: (userId: string) => ErasedPeople = () => this,
  ) {}

  static inAll(groups: Groups): ErasedPeople {
    const there = () => groups.present().map(({ database }) => database);
    return new ErasedPeople(there, (userId) => ErasedPeople.in(groups.of(userId).database));
  }

  static in(...ledgers: ReadableLedger[]): ErasedPeople {
    return new ErasedPeople(() => ledgers);
  }

  /** Among whom a user would be. @throws CreditsUnavailableError */
  of(userId: string): ErasedPeople {
    return this.ofUser(userId);
  }

  /** Whether there is anybody whom only the key can tell; also asked of a database of an earlier version. */
  areThere(): Promise<boolean> {
    return this.#inAny(async (ledger) => {
      const sql = `SELECT to_regclass($1) IS NOT NULL AS known`;
      const [row] = await ledger.query<{ known: boolean }>(sql, [tableOf(ledger)]);
      return row!.known && exists(ledger, `person_hash <> ''`);
    });
  }

  /** Whether somebody is remembered under another key than that of this mark. */
  haveAnotherMark(mark: string): Promise<boolean> {
    const condition = `strpos(person_hash, ':') > 0 AND NOT starts_with(person_hash, $1)`;
    return this.#inAny((ledger) => exists(ledger, condition, mark));
  }

  includeAnyOf(hashes: readonly string[]): Promise<boolean> {
    return this.#inAny((ledger) => exists(ledger, 'person_hash = ANY ($1)', hashes));
  }

  /** Until the transaction ends, no other erasure goes past this point. */
  async takeTurn(): Promise<void> {
    for (const ledger of this.ledgers()) await ledger.query(ONE_AT_A_TIME_SQL, []);
  }

  async #inAny(ask: (ledger: ReadableLedger) => Promise<boolean>): Promise<boolean> {
    for (const ledger of this.ledgers()) if (await ask(ledger)) return true;
    return false;
  }
}

async function exists(ledger: ReadableLedger, condition: string, ...values: unknown[]): Promise<boolean> {
  const rows = await ledger.query(`SELECT FROM ${tableOf(ledger)} WHERE ${condition} LIMIT 1`, values);
  return rows.length > 0;
}

function tableOf({ schema }: ReadableLedger): string {
  return `${schema}.erasures`;
}
