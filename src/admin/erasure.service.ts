import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { FormerUsers } from '../account/former-users.js';
import { CreditsService, LedgerConnection, UNKNOWN_VERSION, asUnavailable } from '../credits/index.js';
import { Belongings, type Taken } from '../library/belongings.js';
import { Wallets, type Wallet } from './wallets.service.js';

export interface Erased {
  /** What stands in the books where the user id stood. */
  pseudonym: string;
  wallet: Wallet;
  /** How many of each kind are gone: `{ documents: 3, recordings: 0 }`. */
  deleted: Record<string, number>;
}

interface Request {
  userId: string;
  reason: string;
  actor: string;
}

/** The operator's own recorded answers about this person: their keys stay used, what they said goes. */
const FORGET_ANSWERS_SQL = `
  UPDATE credits.answers SET route = 'erased', body = ''
   WHERE route LIKE 'POST /api/admin/%' AND (strpos(route, $1) > 0 OR strpos(body, $2) > 0)`;

/**
 * A person goes and the books stay: a pseudonym takes the place of the user id in the ledger, what they stored is
 * deleted. In one transaction, so a crash leaves all of it or nothing, but for files, which are swept then.
 */
@Injectable()
export class Erasure {
  readonly #logger = new Logger('Admin');

  constructor(
    private readonly connection: LedgerConnection,
    private readonly credits: CreditsService,
    private readonly wallets: Wallets,
    private readonly formerUsers: FormerUsers,
    private readonly belongings: Belongings,
  ) {}

  /** @throws NotFoundException (no wallet, or it was erased before), CreditsUnavailableError */
  async erase(request: Request): Promise<Erased> {
    const pseudonym = `erased:${randomUUID()}`;
    const taken = await this.#inOneTransaction((client) => this.#eraseRows(client, request, pseudonym));
    this.credits.changes.committed(request.userId, UNKNOWN_VERSION);
    try {
      await this.belongings.deleteFiles(taken);
    } catch (error) {
      // Their rows are gone, so the sweeper takes them.
      this.#logger.error(`files of ${pseudonym} are left to the sweeper: ${String(error)}`);
    }
    const deleted = Object.fromEntries(taken.map(({ folder, ids }) => [folder, ids.length]));
    return { pseudonym, wallet: await this.wallets.read(pseudonym), deleted };
  }

  async #eraseRows(
    client: ClientBase,
    { userId, reason, actor }: Request,
    pseudonym: string,
  ): Promise<Taken[]> {
    const hash = await this.formerUsers.hashOf(userId);
    const { rows } = await client.query<{ erased: boolean }>(
      'SELECT credits.erase($1, $2, $3, $4, $5) AS erased',
      [userId, pseudonym, hash, reason, actor],
    );
    if (!rows[0]!.erased) throw new NotFoundException('This user has no wallet.');
    await client.query(FORGET_ANSWERS_SQL, [
      `/wallets/${encodeURIComponent(userId)}/`,
      `"userId":${JSON.stringify(userId)}`,
    ]);
    return this.belongings.deleteRows(
      userId,
      async (sql, values) => (await client.query<{ id: string }>(sql, values)).rows,
    );
  }

  /** On a patient connection: somebody's books may be long. */
  async #inOneTransaction<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    try {
      return await this.connection.patiently(async (client) => {
        await client.query('BEGIN');
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      });
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}
