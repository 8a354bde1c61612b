import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { FormerUsers } from '../account/former-users.js';
import {
  CreditsService,
  LedgerConnection,
  UNKNOWN_VERSION,
  asUnavailable,
  pseudonymFor,
} from '../credits/index.js';
import { Belongings, type Taken } from '../library/belongings.js';
import { Wallets, type Wallet } from './wallets.service.js';

export interface Erased {
  /** What stands in the books where the user id stood, and in the list of erasures. */
  pseudonym: string;
  /** Null when the person has none: erased before, or never a customer. */
  wallet: Wallet | null;
  /** How many of each kind are gone: `{ documents: 3, recordings: 0 }`. */
  deleted: Record<string, number>;
}

interface Request {
  userId: string;
  reason: string;
  actor: string;
}

/** Recorded answers to operators about somebody: the route names a wallet, in whatever spelling, or the body does. */
const ABOUT_WALLETS_SQL = `
  SELECT user_id AS "userId", key, route, strpos(body, $1) > 0 AS named FROM credits.answers
   WHERE route LIKE 'POST /api/admin/%' AND body <> ''`;
/** Their keys stay used, what they said goes. */
const FORGET_ANSWER_SQL = `
  UPDATE credits.answers SET route = 'erased', body = '' WHERE user_id = $1 AND key = $2`;

/**
 * A person goes and the books stay: a pseudonym takes the place of the user id in the ledger, what they stored is
 * deleted, and what is under way for them comes to nothing. In one transaction, so a crash leaves all of it or nothing,
 * but for files, which are swept then. It may be done again, and for somebody without a wallet: belongings go.
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

  /** @throws NotFoundException for a pseudonym, CreditsUnavailableError */
  async erase(request: Request): Promise<Erased> {
    const pseudonym = pseudonymFor(request.userId);
    const { hadWallet, taken } = await this.#inOneTransaction((client) =>
      this.#eraseRows(client, request, pseudonym),
    );
    this.credits.changes.committed(request.userId, UNKNOWN_VERSION);
    try {
      await this.belongings.deleteFiles(taken);
    } catch (error) {
      // Their rows are gone, so the sweeper takes them.
      this.#logger.error(`files of ${pseudonym} are left to the sweeper: ${String(error)}`);
    }
    const deleted = Object.fromEntries(taken.map(({ folder, ids }) => [folder, ids.length]));
    const wallet = hadWallet ? await this.wallets.read(pseudonym) : null;
    return { pseudonym, wallet, deleted };
  }

  async #eraseRows(
    client: ClientBase,
    { userId, reason, actor }: Request,
    pseudonym: string,
  ): Promise<{ hadWallet: boolean; taken: Taken[] }> {
    const query = async <Row>(sql: string, values: unknown[]) =>
      (await client.query(sql, values)).rows as Row[];
    const hash = await this.formerUsers.hashOf(userId, query);
    const [erased] = await query<{ hadWallet: boolean | null }>(
      'SELECT credits.erase($1, $2, $3, $4, $5) AS "hadWallet"',
      [userId, pseudonym, hash, reason, actor],
    );
    const { hadWallet } = erased!;
    if (hadWallet === null) throw new NotFoundException('This is the pseudonym of somebody who was erased.');
    const recorded = await query<RecordedRoute>(ABOUT_WALLETS_SQL, [`"userId":${JSON.stringify(userId)}`]);
    for (const answer of recorded.filter((about) => about.named || walletOf(about.route) === userId)) {
      await query(FORGET_ANSWER_SQL, [answer.userId, answer.key]);
    }
    return { hadWallet, taken: await this.belongings.deleteRows(userId, query) };
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

interface RecordedRoute {
  userId: string;
  key: string;
  route: string;
  named: boolean;
}

/** Whose wallet an operator's route is about; clients may write one id in many ways. */
function walletOf(route: string): string | undefined {
  const [, encoded] = /\/wallets\/([^/?]+)/.exec(route) ?? [];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
