import type { LedgerDatabase } from '../database/ledger-database.js';
import type { Attempt, CreditsEvent, CreditsEventType, EventChannel } from './event.js';
import { delayAfter } from './schedule.js';

/** An event that is to be delivered now by the instance that claimed it. */
export interface Claimed {
  event: CreditsEvent;
  /** Attempts before this one. */
  attempts: number;
  /** Only the instance that still has the claim may note the result. */
  claim: string;
}

export interface Backlog {
  waiting: number;
  oldestSeconds: number;
}

/** Twice as long as an attempt. An instance that stalls for longer loses the event to another one: told twice, never lost. */
const LEASE = `interval '30 seconds'`;

const MOST_COUNTED = 10_000;

type Row = Record<string, unknown>;

/** The rows of the outbox, for their delivery. */
export class Deliveries {
  constructor(
    private readonly database: LedgerDatabase,
    private readonly channel: EventChannel,
  ) {}

  async listen(types: readonly CreditsEventType[], low: number, noticeDays: number): Promise<void> {
    const sql = `SELECT ${this.#schema}.listen_to_events($1, $2, $3, $4)`;
    await this.database.query(sql, [this.channel, types, low, noticeDays]);
  }

  /** Claims the events that have been due longest. */
  async claim(types: readonly CreditsEventType[], atMost: number): Promise<Claimed[]> {
    const rows = await this.database.query(
      `UPDATE ${this.#schema}.outbox o SET due_at = clock_timestamp() + ${LEASE}
         FROM ${this.#schema}.due_events($1, $2, $3) AS d (id)
        WHERE o.id = d.id AND o.channel = $1
       RETURNING o.id, o.type, o.data, o.attempts, o.created_at, o.due_at::text AS claim,
                 (SELECT w.user_id FROM ${this.#schema}.wallets w WHERE w.number = o.wallet) AS user_id`,
      [this.channel, types, atMost],
    );
    return rows.map(toClaimed);
  }

  /** Notes the result of an attempt: the event is done, or is due again later. */
  async note(
    { event, attempts, claim }: Claimed,
    { result, outcome, retryAfterSeconds }: Attempt,
  ): Promise<void> {
    const made = attempts + 1;
    const isDelivered = result === 'delivered';
    const delay = isDelivered || result === 'gone' ? null : delayAfter(made, retryAfterSeconds);
    const state = delay !== null ? 'waiting' : isDelivered ? 'delivered' : 'failed';
    await this.database.query(
      `UPDATE ${this.#schema}.outbox
          SET attempts = $4, outcome = $5, state = $6, due_at = clock_timestamp() + make_interval(secs => $7),
              ended_at = CASE WHEN $7::float8 IS NULL THEN clock_timestamp() END
        WHERE id = $1 AND channel = $2 AND due_at = $3::timestamptz`,
      [event.id, this.channel, claim, made, outcome, state, delay],
    );
  }

  /** Gives up an attempt that our own shutdown cut off. It does not count, and the next instance begins at once. */
  async giveBack({ event, claim }: Claimed): Promise<void> {
    await this.database.query(
      `UPDATE ${this.#schema}.outbox SET due_at = clock_timestamp()
        WHERE id = $1 AND channel = $2 AND due_at = $3::timestamptz`,
      [event.id, this.channel, claim],
    );
  }

  /** Of so many at most, those that are due longest: to count a hundred thousand would hold up charges. */
  async backlog(most = MOST_COUNTED): Promise<Backlog> {
    const [row] = await this.database.query<{ waiting: number; oldest: number }>(
      `SELECT waiting, oldest FROM ${this.#schema}.waiting_events($1, $2)`,
      [this.channel, most],
    );
    return { waiting: row!.waiting, oldestSeconds: row!.oldest };
  }

  get #schema(): string {
    return this.database.schema;
  }
}

function toClaimed(row: Row): Claimed {
  const event = {
    id: row['id'] as string,
    type: row['type'] as CreditsEventType,
    timestamp: (row['created_at'] as Date).toISOString(),
    data: { userId: row['user_id'] as string | null, ...(row['data'] as object) },
  };
  return { event, attempts: row['attempts'] as number, claim: row['claim'] as string };
}
