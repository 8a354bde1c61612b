import { Injectable, NotFoundException } from '@nestjs/common';
import { CreditsService } from '../credits.service.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { Groups, type Group } from '../groups.js';
import { pseudonymFor } from '../ledger/wallet-hash.js';
import { ErasedPeople } from '../reads/erased-people.js';
import { asUnavailable } from '../unavailable.js';
import { UNKNOWN_VERSION } from '../wallet-changes.js';

export interface ErasureRequest {
  userId: string;
  reason: string;
  actor: string;
}

/** What the host adds to an erasure, in its transaction. */
export interface ErasureHost<T> {
  /** What stands for the person among those who were erased; made with a key that is not in the database. */
  hashOf(people: ErasedPeople): Promise<string>;
  /** What goes by their name elsewhere takes the pseudonym, before the wallet does. */
  rename?(query: ReadableLedger['query'], pseudonym: string): Promise<void>;
  /** Delete what else there is of the person. */
  deleteRows(query: ReadableLedger['query']): Promise<T>;
}

/**
 * A person goes and the books stay: a pseudonym takes the place of the user id in the ledger, and what is under way for
 * them comes to nothing. In one transaction with what the host deletes, so a crash leaves all of it or nothing. It may
 * be done again, and for somebody without a wallet.
 */
@Injectable()
export class PersonErasure {
  constructor(
    private readonly groups: Groups,
    private readonly credits: CreditsService,
  ) {}

  /** @throws NotFoundException for a pseudonym, CreditsUnavailableError */
  async erase<T>(
    request: ErasureRequest,
    host: ErasureHost<T>,
  ): Promise<{ pseudonym: string; hadWallet: boolean; deleted: T }> {
    const { userId, reason, actor } = request;
    const pseudonym = pseudonymFor(userId);
    const group = this.groups.of(userId);
    const others = this.groups.all().filter((other) => other !== group);
    const erased = await inOneTransaction(group, async (ledger) => {
      const hash = await host.hashOf(ErasedPeople.in(ledger));
      await host.rename?.((sql, values) => ledger.query(sql, values), pseudonym);
      const [row] = await ledger.query<{ hadWallet: boolean | null }>(
        `SELECT ${ledger.schema}.erase($1, $2, $3, $4, $5) AS "hadWallet"`,
        [userId, pseudonym, hash, reason, actor],
      );
      const { hadWallet } = row!;
      if (hadWallet === null)
        throw new NotFoundException('This is the pseudonym of somebody who was erased.');
      const deleted = await host.deleteRows((sql, values) => ledger.query(sql, values));
      return { pseudonym, hadWallet, deleted };
    });
    this.credits.changes.committed(userId, UNKNOWN_VERSION);
    // Whoever asks again after a failure here finds the person gone and does this once more.
    for (const { database } of others) {
      await database.query(`SELECT ${database.schema}.erase_mentions($1, $2)`, [userId, pseudonym]);
    }
    return erased;
  }
}

/** On a patient connection: somebody's books may be long. */
async function inOneTransaction<T>(
  { connection, database }: Group,
  work: (ledger: ReadableLedger) => Promise<T>,
): Promise<T> {
  try {
    return await connection.patiently((client) => work(database.in(client)));
  } catch (error) {
    throw asUnavailable(error);
  }
}
