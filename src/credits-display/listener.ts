import { Logger, type OnApplicationShutdown, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig, type Pool } from 'pg';
import { UNKNOWN_VERSION } from '../credits/plumbing.js';
import { ECHO_CHANNEL, Echo } from './echo.js';
import type { Fence } from './fence.js';
import type { BalanceDisplay } from './reader.js';

export const LISTENER_NAME = 'credits listener';
const CHANNEL = 'credits_wallets';

const HEARTBEAT_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 1_000;
/** Trust runs from the moment a heartbeat was sent, so a listener that froze just after it is noticed by then. */
const TRUST_MS = HEARTBEAT_EVERY_MS + ANSWER_WITHIN_MS;
const DEAF_AFTER_MS = 3_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/**
 * Hears from PostgreSQL which wallets anybody changed, on a connection of its own. While it is connected, answers
 * heartbeats and hears what is called through the pool, copies of balances may be shown; in any other state every read
 * goes to the database.
 */
export class WalletListener implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  readonly #logger = new Logger('Display');
  #client: Client | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryAfterMs = FIRST_RETRY_MS;
  #isStopped = false;
  #listeningSinceMs = 0;
  #isDeafTold = false;
  readonly #echo: Echo;

  /** `pool`: where changes are made, perhaps by another way than `connection`. */
  constructor(
    private readonly connection: ClientConfig,
    pool: Pick<Pool, 'query'>,
    private readonly display: Pick<BalanceDisplay, 'walletChanged' | 'everythingChanged'>,
    private readonly fence: Pick<Fence, 'isTrusted' | 'trustUntil' | 'distrust'>,
  ) {
    this.#echo = new Echo(pool);
  }

  onModuleInit(): void {
    void this.#connect();
    this.#echo.start();
  }

  /** From here on the pool may close, and then nothing is heard, rightly. */
  onModuleDestroy(): void {
    this.#isStopped = true;
    this.#echo.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#retry);
    // A server that froze would never say goodbye.
    await Promise.race([this.#hangUp(), delay(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  }

  async #connect(): Promise<void> {
    const client = new Client({
      ...this.connection,
      // node-postgres hides the password from enumeration.
      password: this.connection.password,
      application_name: LISTENER_NAME,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    this.#client = client;
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the connection ended')));
    client.on('notification', ({ channel, payload = '' }) =>
      channel === CHANNEL ? this.#hear(payload) : this.#hearEcho(client, payload),
    );
    try {
      await client.connect();
      this.#listeningSinceMs = performance.now();
      await this.#ask(client, `LISTEN ${CHANNEL}; LISTEN ${ECHO_CHANNEL}`);
      this.#echo.call();
      this.#retryAfterMs = FIRST_RETRY_MS;
      this.#beatLater(client);
    } catch (error) {
      this.#lose(client, error);
    }
  }

  #beatLater(client: Client): void {
    if (client !== this.#client) return;
    this.#heartbeat = setTimeout(() => {
      this.#ask(client, 'SELECT 1').then(
        () => this.#beatLater(client),
        (error: unknown) => this.#lose(client, error),
      );
    }, HEARTBEAT_EVERY_MS);
  }

  /** What was notified before the question comes before its answer, on the same connection. */
  async #ask(client: Client, sql: string): Promise<void> {
    const askedAtMs = performance.now();
    await client.query(sql);
    if (client !== this.#client) return;
    const trustedUntilMs = Math.min(askedAtMs + TRUST_MS, this.#echo.heardUntilMs);
    const now = performance.now();
    if (trustedUntilMs <= now) return this.#tellDeaf(now);
    this.#isDeafTold = false;
    // LISTEN, then forget what was kept, then trust: a change between the last two would otherwise be missed.
    if (!this.fence.isTrusted(now)) this.display.everythingChanged();
    this.fence.trustUntil(trustedUntilMs);
  }

  /** LISTEN succeeded, and nothing is heard: something stands between the pool and the server. */
  #tellDeaf(nowMs: number): void {
    const sinceMs = nowMs - Math.max(this.#listeningSinceMs, this.#echo.heardUntilMs);
    if (this.#isStopped || this.#isDeafTold || sinceMs < DEAF_AFTER_MS) return;
    this.#isDeafTold = true;
    this.#logger.warn(
      'nothing that is notified through the pool is heard, every balance is read from the database: ' +
        'where DATABASE_URL leads through a pooler, DATABASE_DIRECT_URL has to name the server itself',
    );
  }

  #hearEcho(client: Client, nonce: string): void {
    this.#echo.hear(nonce);
    if (this.fence.isTrusted(performance.now())) return;
    this.#ask(client, 'SELECT 1').catch((error: unknown) => this.#lose(client, error));
  }

  #lose(client: Client, error: unknown): void {
    if (client !== this.#client) return;
    this.fence.distrust();
    void this.#hangUp();
    if (this.#isStopped) return;
    this.#logger.warn(`not listening, every balance is read from the database: ${String(error)}`);
    this.#retry = setTimeout(() => void this.#connect(), this.#retryAfterMs);
    this.#retryAfterMs = Math.min(this.#retryAfterMs * 2, LAST_RETRY_MS);
  }

  async #hangUp(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    clearTimeout(this.#heartbeat);
    this.fence.distrust();
    await client?.end().catch(() => undefined);
  }

  /** A payload is JSON {"wallet's hash": version}. It is a hint to read again, whoever sent it, never a value to show. */
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
