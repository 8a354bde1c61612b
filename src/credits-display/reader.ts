import { Logger } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { BalanceVersionUnknownError, type BalanceReading, type CreditsService } from '../credits/index.js';
import { walletHash } from '../credits/plumbing.js';
import type { DisplayedBalance } from './displayed-balance.js';
import type { Fence } from './fence.js';
import type { WalletSignal } from './signal.js';
import type { BalanceStore, Copy } from './store.js';

export interface DisplayOptions {
  /** The longest time a balance is cached; default 300, 0 = no cache. */
  ttlSeconds: number;
  /** A balance with fewer available credits is marked `low`; default 20. */
  lowBalanceCredits: number;
  /** Write a debug line for each copy shown or dropped; off by default, because a line takes longer than a read. */
  logsCopies?: boolean;
}

export interface ReadOptions {
  /** Read the database now; all later reads are at least as new. */
  refresh?: boolean;
  /** Refuse to answer with a version of the wallet older than this. */
  minVersion?: number;
}

interface SharedRead {
  ticket: number;
  answer: Promise<Loaded>;
}

interface Loaded {
  balance: DisplayedBalance;
  /** When something of it expires, or it is too old to be shown; on the clock of `performance.now()`. */
  diesAtMs: number;
}

/**
 * Balances for showing. Everything is decided from the database; what is shown may be a copy, which the fence
 * allows while nobody is known to have changed the wallet:
 *
 *   wallet                               copy shown   read shared   copy kept
 *   undisturbed                          yes          yes           if the ticket is still current
 *   changed inside an open `{ tx }`      no           no            no
 *   anybody's, listener lost or silent   no           no            no
 */
export class BalanceDisplay {
  /** Reads so far: a copy was shown, there was none, or none was allowed. */
  readonly reads = { hit: 0, miss: 0, bypass: 0 };
  readonly #sharedReads = new Map<string, SharedRead>();
  readonly #logger = new Logger('Display');

  constructor(
    private readonly credits: Pick<CreditsService, 'balance' | 'changes' | 'nextExpiryOf'>,
    private readonly cache: Cache,
    private readonly store: BalanceStore,
    private readonly fence: Fence,
    private readonly signal: WalletSignal,
    private readonly options: DisplayOptions,
    /** Which ear hears of a user's wallet. */
    private readonly earOf: (userId: string) => number | undefined = () => 0,
  ) {
    credits.changes.subscribe((userId, version) => this.changed(userId, version));
  }

  /**
   * The balance of a user, from the cache if it is known to be current, else from the database.
   *
   * @throws CreditsUnavailableError, BalanceVersionUnknownError (the database is not at `minVersion` yet)
   */
  async read(userId: string, options: ReadOptions = {}): Promise<DisplayedBalance> {
    const { refresh = false, minVersion = 0 } = options;
    const copy = refresh ? undefined : await this.copyOf(userId, minVersion);
    if (copy !== undefined) return copy;
    const now = performance.now();
    const undisturbed = this.#isUndisturbed(userId, now);
    this.reads[undisturbed && !refresh ? 'miss' : 'bypass'] += 1;
    if (refresh || minVersion > 0) return this.#readAnew(userId, minVersion);
    return undisturbed ? this.#readTogether(userId, now) : (await this.#load(userId)).balance;
  }

  /** The cached balance if it is current; undefined if `read` would ask the database. */
  async copyOf(userId: string, minVersion = 0): Promise<DisplayedBalance | undefined> {
    const copy = await this.#kept(userId);
    if (copy === undefined || copy.balance.version < minVersion) return undefined;
    const now = performance.now();
    if (copy.diesAtMs <= now || !this.#isUndisturbed(userId, now)) return undefined;
    this.reads.hit += 1;
    if (this.options.logsCopies)
      this.#logger.debug(`${userId}: a copy of version ${copy.balance.version} is shown`);
    return copy.balance;
  }

  /** The wallet is at `version` now, or later: nothing older is shown from here on. */
  changed(userId: string, version: number): void {
    this.walletChanged(walletHash(userId), version);
  }

  /** The same, by what a notification calls the wallet. */
  walletChanged(wallet: number, version: number): void {
    this.#forget(wallet, version);
    this.signal.send(wallet);
  }

  /** Any wallet may have changed. */
  everythingChanged(): void {
    this.fence.everythingChanged();
    this.store.clear();
    this.signal.send(undefined);
  }

  #isUndisturbed(userId: string, nowMs: number): boolean {
    return this.fence.isTrusted(nowMs, this.earOf(userId) ?? -1) && !this.credits.changes.isUnsettled(userId);
  }

  #forget(wallet: number, version: number): void {
    this.fence.changed(wallet);
    const userId = this.store.dropOlder(wallet, version);
    if (this.options.logsCopies && userId !== undefined)
      this.#logger.debug(`${userId}: copies older than version ${version} are forgotten`);
  }

  /** Readers that come while a read is under way share it, unless the wallet changed since it began. */
  async #readTogether(userId: string, nowMs: number): Promise<DisplayedBalance> {
    const joined = this.#sharedReads.get(userId);
    if (joined === undefined || !this.fence.isCurrent(userId, joined.ticket)) return this.#readForAll(userId);
    const { balance, diesAtMs } = await joined.answer;
    // What was there when that read began may have expired before this reader came.
    return diesAtMs > nowMs ? balance : this.#readForAll(userId);
  }

  async #readForAll(userId: string): Promise<DisplayedBalance> {
    const read: SharedRead = { ticket: this.fence.ticket(userId), answer: this.#load(userId) };
    this.#sharedReads.set(userId, read);
    try {
      return (await read.answer).balance;
    } finally {
      if (this.#sharedReads.get(userId) === read) this.#sharedReads.delete(userId);
    }
  }

  /** A read of one's own. Slower ones that began before it may neither be kept nor joined any more. */
  async #readAnew(userId: string, minVersion: number): Promise<DisplayedBalance> {
    const { balance } = await this.#load(userId, (version) => this.#forget(walletHash(userId), version));
    if (balance.version < minVersion) throw new BalanceVersionUnknownError(balance.version);
    return balance;
  }

  async #load(userId: string, forgetOlder?: (version: number) => void): Promise<Loaded> {
    const startedAtMs = performance.now();
    const ticket = this.fence.ticket(userId);
    const reading = await this.credits.balance(userId);
    const balance: DisplayedBalance = Object.freeze({
      userId,
      balance: reading.balance,
      held: reading.held,
      available: reading.available,
      owed: reading.owed,
      version: reading.version,
      low: reading.available < this.options.lowBalanceCredits,
      nextExpiryAt: reading.dueAt === null ? null : await this.credits.nextExpiryOf(userId),
      nextRefill: reading.nextRefill,
      asOf: reading.asOf,
      source: 'database',
    });
    const diesAtMs = startedAtMs + this.#lifetimeMs(reading);
    const isUnchanged = this.fence.isCurrent(userId, ticket);
    forgetOlder?.(balance.version);
    if (isUnchanged && this.#isUndisturbed(userId, performance.now())) {
      await this.#keep(balance, this.fence.ticket(userId), diesAtMs);
    }
    return { balance, diesAtMs };
  }

  /** Both times are the database's, so a wrong clock here cannot keep expired credits on the screen. */
  #lifetimeMs({ dueAt, asOf }: BalanceReading): number {
    const ttlMs = this.options.ttlSeconds * 1000;
    return dueAt === null ? ttlMs : Math.min(ttlMs, Date.parse(dueAt) - Date.parse(asOf) - 1);
  }

  async #kept(userId: string): Promise<Copy | undefined> {
    try {
      return await this.cache.get<Copy>(userId);
    } catch (error) {
      this.#logger.warn(`a balance that was kept could not be read: ${String(error)}`);
      return undefined;
    }
  }

  async #keep(balance: DisplayedBalance, ticket: number, diesAtMs: number): Promise<void> {
    const ttlMs = Math.ceil(diesAtMs - performance.now());
    // Without a cache, or with something due, nothing is kept; to cache-manager a lifetime of 0 means for ever.
    if (ttlMs < 1) return;
    const copy: Copy = { balance: Object.freeze({ ...balance, source: 'cache' as const }), ticket, diesAtMs };
    try {
      await this.cache.set(balance.userId, copy, ttlMs);
    } catch (error) {
      this.#logger.warn(`a balance could not be kept: ${String(error)}`);
    }
  }
}
