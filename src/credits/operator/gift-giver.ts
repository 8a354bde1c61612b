import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { IdempotencyKeyReusedError, InvalidCreditsInputError } from '../credits.errors.js';
import { CreditsService } from '../credits.service.js';
import { Groups } from '../groups.js';
import { toCredits } from '../ledger/safe-integer.js';
import { Recurring } from '../upkeep/recurring.js';
import { hasAnOwner } from './gifts.js';

const LOOK_EVERY_MS = 1_000;
/** Wallets that share one statement of the ledger, which has room for others then; the next page waits its turn. */
const PAGE_SIZE = 250;
/** A page takes a fraction of it. An instance that stops for longer finds another one at work, and nothing is lost. */
const CLAIM = `clock_timestamp() + interval '5 seconds'`;

interface Gift {
  key: string;
  amount: string;
  reason: string;
  actor: string;
  expires_at: Date | null;
  user_ids: string[] | null;
  given_up_to: string;
  /** The group it has come to; those that are named need none. */
  given_group: number;
  asked_at: string;
}

/** How far a gift has come. */
type Place = Pick<Gift, 'given_group' | 'given_up_to'>;

/**
 * Gives what Gifts were asked for, a page of wallets after the other, in whichever instance is free. Each wallet has
 * its gift under the ledger key `gift:<key>`, so a page that a crash cut short, or that two instances give at once, is
 * given once; how far a gift has come is written after each page, by the one that moves it on.
 */
@Injectable()
export class GiftGiver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Admin');
  readonly #givings = new Recurring(
    () => this.#giveAll(),
    LOOK_EVERY_MS,
    (error) => this.#logger.warn(`gifts wait for a second: ${String(error)}`),
  );

  constructor(
    private readonly credits: CreditsService,
    private readonly groups: Groups,
  ) {}

  onApplicationBootstrap(): void {
    this.#givings.start();
    this.wake();
  }

  /** Must end before the connections do, hence the earlier of Nest's two shutdown hooks. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#givings.stop();
  }

  /** There may be something to give. */
  wake(): void {
    this.#givings.wake();
  }

  async #giveAll(): Promise<void> {
    for (let gift = await this.#claim(); gift !== undefined; gift = await this.#claim()) {
      try {
        await this.#give(gift);
      } finally {
        const { database } = this.groups.first;
        await database.query(
          `UPDATE ${database.schema}.gifts SET claimed_until = '-infinity' WHERE key = $1`,
          [gift.key],
        );
      }
      if (this.#givings.isOver) return;
    }
  }

  async #claim(): Promise<Gift | undefined> {
    const { database } = this.groups.first;
    const [gift] = await database.query<Gift>(
      `UPDATE ${database.schema}.gifts SET claimed_until = ${CLAIM}
        WHERE key = (SELECT key FROM ${database.schema}.gifts
                      WHERE finished_at IS NULL AND claimed_until <= clock_timestamp()
                      ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING *, created_at::text AS asked_at`,
      [],
    );
    return gift;
  }

  async #give(gift: Gift): Promise<void> {
    let from: Place = gift;
    for (;;) {
      const users = await this.#nextPage(gift, from);
      const given = await Promise.all(users.map((userId) => this.#giveTo(userId, gift)));
      const done = given.filter(Boolean).length;
      const to = this.#placeAfter(users, gift, from);
      const isOurs = await this.#note(gift.key, { from, to, done, refused: users.length - done });
      if (to === undefined || !isOurs || this.#givings.isOver) return;
      from = to;
    }
  }

  /** Where the next page begins; undefined: this one was the last. */
  #placeAfter(users: readonly string[], { user_ids }: Gift, { given_group }: Place): Place | undefined {
    if (users.length === PAGE_SIZE) return { given_group, given_up_to: users.at(-1)! };
    if (user_ids !== null || given_group + 1 === this.groups.count) return undefined;
    return { given_group: given_group + 1, given_up_to: '' };
  }

  async #nextPage({ key, user_ids, asked_at }: Gift, { given_group, given_up_to }: Place): Promise<string[]> {
    const { first } = this.groups;
    const { database } = user_ids === null ? this.groups.at(given_group) : first;
    const { schema } = database;
    const named = `SELECT u AS user_id FROM ${schema}.gifts g, unnest(g.user_ids) u WHERE g.key = $1 AND u > $2`;
    const all = `SELECT w.user_id FROM ${schema}.wallets w
                  WHERE w.created_at <= $1::timestamptz AND w.user_id > $2 AND ${hasAnOwner(schema)}`;
    const rows = await database.query<{ user_id: string }>(
      `${user_ids === null ? all : named} ORDER BY user_id LIMIT ${PAGE_SIZE}`,
      [user_ids === null ? asked_at : key, given_up_to],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /** False: this wallet cannot take it. Everything else that goes wrong will be tried again. */
  async #giveTo(
    userId: string,
    { key, amount, reason, actor, expires_at: expiresAt }: Gift,
  ): Promise<boolean> {
    try {
      await this.credits.grant({
        userId,
        credits: toCredits(amount),
        reason,
        actor,
        category: 'promotional',
        expiresAt,
        idempotencyKey: `gift:${key}`,
      });
      return true;
    } catch (error) {
      if (error instanceof InvalidCreditsInputError || error instanceof IdempotencyKeyReusedError)
        return false;
      throw error;
    }
  }

  /** Move the gift on, or end it; false when another instance has done so. */
  async #note(
    key: string,
    page: { from: Place; to: Place | undefined; done: number; refused: number },
  ): Promise<boolean> {
    const { from, to, done, refused } = page;
    const { database } = this.groups.first;
    const rows = await database.query(
      `UPDATE ${database.schema}.gifts
          SET done = done + $4, refused = refused + $5, claimed_until = ${CLAIM},
              given_group = COALESCE($7, given_group), given_up_to = COALESCE($6, ''),
              finished_at = CASE WHEN $6 IS NULL THEN clock_timestamp() END,
              wallets = CASE WHEN $6 IS NULL THEN done + $4 + refused + $5
                             ELSE GREATEST(wallets, done + $4 + refused + $5) END
        WHERE key = $1 AND given_up_to = $2 AND given_group = $3 AND finished_at IS NULL
       RETURNING key`,
      [key, from.given_up_to, from.given_group, done, refused, to?.given_up_to, to?.given_group],
    );
    return rows.length > 0;
  }
}
