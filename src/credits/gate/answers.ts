import type { LedgerDatabase } from '../database/ledger-database.js';
import type { Groups } from '../groups.js';
import type { Transaction } from '../ledger/transaction.js';

/** A request under an idempotency key: whose, which key, which route. */
export interface KeyedRequest {
  userId: string;
  key: string;
  /** Method and address with its query, e.g. `POST /api/upload/txt`: what stands there is input too. */
  route: string;
  /** Somebody else whom the answer is about, so that their erasure finds it. */
  subject?: string;
}

/** What was answered first, to be repeated byte for byte. */
export interface Answer {
  route: string;
  /** Fingerprint of the input; null when it was answered before the input was read. */
  input: string | null;
  status: number;
  headers: Record<string, string>;
  body: string;
}

const CLAIM_SECONDS = 60;

/** Outcomes that a retry should try again rather than repeat; everything from 500 up too. */
const NOT_RECORDED: readonly number[] = [401, 403, 409, 412, 413, 429];

export function isRecorded(status: number): boolean {
  return status < 500 && !NOT_RECORDED.includes(status);
}

/**
 * The first answers to keyed requests. Recorded in the transaction of their effect.
 *
 * Every method may reject with CreditsUnavailableError.
 */
export class Answers {
  constructor(private readonly groups: Groups) {}

  find({ userId, key }: KeyedRequest): Promise<Answer | undefined> {
    return this.#find(this.#of(userId), { userId, key });
  }

  /** Take the key for a request that needs no hold; false while another request with it runs. */
  async claim({ userId, key, route }: KeyedRequest): Promise<boolean> {
    const database = this.#of(userId);
    const rows = await database.query(
      `INSERT INTO ${database.schema}.answers AS a (user_id, key, route, claimed_until)
       VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS}))
       ON CONFLICT (user_id, key) DO UPDATE
          SET route = excluded.route, claimed_until = excluded.claimed_until, created_at = now()
        WHERE a.status IS NULL AND a.claimed_until <= clock_timestamp()
       RETURNING 1`,
      [userId, key, route],
    );
    return rows.length > 0;
  }

  /** False: there was no claim any more. */
  async abandon({ userId, key }: KeyedRequest, tx?: Transaction): Promise<boolean> {
    const database = this.#of(userId);
    const sql = `WITH gone AS (DELETE FROM ${database.schema}.answers WHERE user_id = $1 AND key = $2 AND status IS NULL
                               RETURNING 1) SELECT FROM gone`;
    return (await database.in(tx).query(sql, [userId, key])).length > 0;
  }

  /** Answers the one that was first, if another one was: it stays. */
  async record(
    request: KeyedRequest,
    answer: Omit<Answer, 'route'>,
    tx?: Transaction,
  ): Promise<Answer | undefined> {
    const { userId, key, route, subject } = request;
    const { input, status, headers, body } = answer;
    const database = this.#of(userId).in(tx);
    const recorded = await database.query(
      `INSERT INTO ${database.schema}.answers AS a (user_id, key, route, input, status, headers, body, subject)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (user_id, key) DO UPDATE
          SET route = excluded.route, input = excluded.input, status = excluded.status,
              headers = excluded.headers, body = excluded.body, subject = excluded.subject, claimed_until = NULL, created_at = now()
        WHERE a.status IS NULL
       RETURNING 1`,
      [userId, key, route, input, status, JSON.stringify(headers), body, subject],
    );
    if (recorded.length > 0) return undefined;
    return this.#find(database, request);
  }

  /** Put another answer in the place of this one, which is recorded; undefined: forget it. */
  async amend(
    { userId, key }: KeyedRequest,
    { body: recorded }: Pick<Answer, 'body'>,
    answer: Omit<Answer, 'route'> | undefined,
  ): Promise<void> {
    const database = this.#of(userId);
    // An erasure may have emptied it meanwhile.
    const where = 'WHERE user_id = $1 AND key = $2 AND body = $3';
    if (answer === undefined) {
      await database.query(`DELETE FROM ${database.schema}.answers ${where}`, [userId, key, recorded]);
      return;
    }
    const { status, headers, body } = answer;
    await database.query(
      `UPDATE ${database.schema}.answers SET status = $4, headers = $5, body = $6 ${where}`,
      [userId, key, recorded, status, JSON.stringify(headers), body],
    );
  }

  async #find(
    database: LedgerDatabase,
    { userId, key }: Pick<KeyedRequest, 'userId' | 'key'>,
  ): Promise<Answer | undefined> {
    const [answer] = await database.query<Answer>(
      `SELECT route, input, status, headers, body FROM ${database.schema}.answers
        WHERE user_id = $1 AND key = $2 AND status IS NOT NULL`,
      [userId, key],
    );
    return answer;
  }

  #of(userId: string): LedgerDatabase {
    return this.groups.of(userId).database;
  }
}
