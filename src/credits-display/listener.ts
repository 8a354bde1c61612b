import { Logger, type OnApplicationShutdown, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, PoolConfig } from 'pg';
import {
  type Announcer,
  clientOf,
  UNKNOWN_VERSION,
  WALLETS_CHANNEL,
  WRITERS_CHANNEL,
} from '../credits/plumbing.js';
import type { Fence } from './fence.js';
import type { BalanceDisplay } from './reader.js';
import { Undecided } from './undecided.js';
import { Writers } from './writers.js';

export const LISTENER_NAME = 'credits listener';

const HEARTBEAT_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 1_000;
/** Trust runs from the moment a heartbeat was sent, so a listener that froze just after it is noticed by then. */
const TRUST_MS = HEARTBEAT_EVERY_MS + ANSWER_WITHIN_MS;
/** How often it is asked whether transactions that somebody left behind have ended. */
const UNDECIDED_LOOK_MS = 50;
const DEAF_AFTER_MS = 3_000;
const DEAF =
  ', so every balance is read from the database: name the server itself in DATABASE_DIRECT_URL where a pooler is in between';
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/**
 * Hears from PostgreSQL which wallets anybody changed, on a connection of its own. While it is connected, answers
 * heartbeats and hears everybody who changes wallets, copies of balances may be shown; in any other state every read
 * goes to the database.
 */
export class WalletListener implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  readonly #logger = new Logger('Display');
  #client: Client | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryAfterMs = FIRST_RETRY_MS;
  #isStopped = false;
  /** A question is under way; or one is wanted as soon as possible. */
  #isAsking = false;
  #isUrgent = false;
  #listeningSinceMs = 0;
  #isDeafTold = false;
  readonly #writers: Writers;
  readonly #undecided = new Undecided();

  /**
   * `connection`: to the server itself; undefined: only by way of a pooler, where nothing is heard, or by chance.
   * `announcer`: this process where it changes wallets, perhaps by another way.
   */
  constructor(
    private readonly connection: PoolConfig | undefined,
    private readonly announcer: Pick<Announcer, 'id' | 'beat'>,
    private readonly display: Pick<BalanceDisplay, 'walletChanged' | 'everythingChanged'>,
    private readonly fence: Pick<Fence, 'isTrusted' | 'trustUntil' | 'distrust'>,
  ) {
    this.#writers = new Writers(announcer.id);
  }

  onModuleInit(): void {
    if (this.connection !== undefined) void this.#connect(this.connection);
    else this.#logger.warn(`DATABASE_URL leads through a pooler${DEAF}`);
  }

  /** From now on the pool may close, and nothing needs to be heard. */
  onModuleDestroy(): void {
    this.#isStopped = true;
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#retry);
    // A frozen server would never say goodbye.
    await Promise.race([this.#hangUp(), delay(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  }

  async #connect(connection: PoolConfig): Promise<void> {
    const client = clientOf({
      ...connection,
      // node-postgres hides the password from enumeration.
      password: connection.password,
      application_name: LISTENER_NAME,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    this.#client = client;
    this.#isAsking = true;
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the connection ended')));
    client.on('notification', ({ channel, payload = '' }) =>
      channel === WALLETS_CHANNEL ? this.#hear(payload) : this.#hearWriter(client, payload),
    );
    try {
      await client.connect();
      this.#listeningSinceMs = performance.now();
      this.#writers.beginAnew(this.#listeningSinceMs);
      this.#undecided.open();
      await client.query(`LISTEN ${WALLETS_CHANNEL}; LISTEN ${WRITERS_CHANNEL}`);
      this.announcer.beat();
      this.#retryAfterMs = FIRST_RETRY_MS;
      this.#beat(client);
    } catch (error) {
      this.#lose(client, error);
    }
  }

  #beat(client: Client): void {
    this.#isAsking = true;
    this.#isUrgent = false;
    this.#ask(client).then(
      () => this.#beatLater(client),
      (error: unknown) => this.#lose(client, error),
    );
  }

  #beatLater(client: Client): void {
    if (client !== this.#client) return;
    this.#isAsking = false;
    // No later than the moment at which a writer's silence matters.
    const untilSilenceMs = this.#writers.trustedUntilMs - performance.now();
    const waitsMs = [HEARTBEAT_EVERY_MS, untilSilenceMs > 0 ? Math.ceil(untilSilenceMs) : HEARTBEAT_EVERY_MS];
    if (this.#undecided.isOpen) waitsMs.push(UNDECIDED_LOOK_MS);
    if (this.#isUrgent) waitsMs.push(0);
    this.#heartbeat = setTimeout(() => this.#beat(client), Math.min(...waitsMs));
  }

  #beatNow(client: Client): void {
    this.#isUrgent = true;
    if (this.#isAsking || client !== this.#client) return;
    clearTimeout(this.#heartbeat);
    this.#beat(client);
  }

  /** On one connection, notifications sent before the question arrive before its answer. */
  async #ask(client: Client): Promise<void> {
    const askedAtMs = performance.now();
    if (this.#writers.dropSilent(askedAtMs)) this.#doubt();
    const { sql, learn } = this.#undecided.question();
    const { rows } = await client.query<{ transaction: string }>(sql);
    if (client !== this.#client) return;
    learn(rows);
    const now = performance.now();
    const trustedUntilMs = Math.min(askedAtMs + TRUST_MS, this.#writers.trustedUntilMs);
    if (trustedUntilMs <= now) return this.#tellDeaf(now);
    this.#isDeafTold = false;
    if (this.#undecided.isOpen) return;
    // LISTEN, then forget what was kept, then trust: a change between the last two would otherwise be missed.
    if (!this.fence.isTrusted(now)) this.display.everythingChanged();
    this.fence.trustUntil(trustedUntilMs);
  }

  /** Something may have changed, or may still change, without any notice. */
  #doubt(): void {
    this.fence.distrust();
    this.#undecided.open();
  }

  /** LISTEN succeeded, and nothing is heard: something stands between the pool and the server. */
  #tellDeaf(nowMs: number): void {
    const sinceMs = nowMs - Math.max(this.#listeningSinceMs, this.#writers.ownHeardAtMs);
    if (this.#isStopped || this.#isDeafTold || sinceMs < DEAF_AFTER_MS) return;
    this.#isDeafTold = true;
    this.#logger.warn(`nothing is heard that is notified by way of DATABASE_URL${DEAF}`);
  }

  #hearWriter(client: Client, payload: string): void {
    if (this.#writers.hear(payload, performance.now())) this.#doubt();
    if (!this.fence.isTrusted(performance.now())) this.#beatNow(client);
  }

  #lose(client: Client, error: unknown): void {
    if (client !== this.#client) return;
    this.fence.distrust();
    void this.#hangUp();
    if (this.#isStopped) return;
    this.#logger.warn(`not listening, every balance is read from the database: ${String(error)}`);
    this.#retry = setTimeout(() => void this.#connect(this.connection!), this.#retryAfterMs);
    this.#retryAfterMs = Math.min(this.#retryAfterMs * 2, LAST_RETRY_MS);
  }

  async #hangUp(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    clearTimeout(this.#heartbeat);
    this.fence.distrust();
    await client?.end().catch(() => undefined);
  }

  /** A payload is JSON {"wallet's hash": version}. It is a hint to read again and never a value to show: any login may notify. */
  #hear(payload: string): void {
    const changes = parseChanges(payload);
    if (changes === undefined) return this.display.everythingChanged();
    for (const [wallet, version] of changes) this.display.walletChanged(wallet, version);
  }
}

/** Undefined when it says nothing we understand: then it may mean anybody. */
function parseChanges(payload: string): [wallet: number, version: number][] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const changes = Object.entries(parsed).map(([wallet, version]): [number, number] => [
    Number(wallet),
    Number.isSafeInteger(version) ? (version as number) : UNKNOWN_VERSION,
  ]);
  return changes.every(([wallet]) => Number.isInteger(wallet)) ? changes : undefined;
}
