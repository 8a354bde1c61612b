import { CreditsUnavailableError, UnknownEntryError, UnknownHoldError } from '../credits.errors.js';
import { CreditsService } from '../credits.service.js';
import type { BalanceReading, Entry, HistoryFilter, Page, Receipt } from '../credits.types.js';
import type { Groups } from '../groups.js';
import { toBalance, receiptFrom } from '../outcome.js';
import { HeldPrices, type Used } from '../prices/held-prices.js';
import type { Measured } from '../prices/price.js';
import type { PriceList } from '../price-list.js';
import type { WalletChanges } from '../wallet-changes.js';
import type { MemoryLedger } from './memory-ledger.js';
import { toTime, type MemoryWallet } from './memory-wallet.js';
import { NEVER } from './model.js';

/** What may be told to fail; `balance` is a reading. */
export type FailingVerb =
  'hold' | 'capture' | 'release' | 'charge' | 'grant' | 'adjust' | 'refund' | 'balance';

/** CreditsService in memory, and what a test wants to do with it. */
export class TestCredits extends CreditsService {
  override readonly heldPrices: HeldPrices;

  constructor(
    private readonly memory: MemoryLedger,
    prices: PriceList,
    holdTtlSeconds: number,
    changes: WalletChanges,
    groups: Groups,
  ) {
    super(groups, prices, holdTtlSeconds, changes);
    this.heldPrices = new PricesInMemory(memory, prices, groups);
  }

  /** Let time pass: holds and grants whose time has come expire. */
  timeTravel(seconds: number): void {
    this.memory.travel(seconds);
  }

  /** The next call of a verb rejects and nothing happens; by default as if the database were away. */
  failNext(verb: FailingVerb, error: Error = new CreditsUnavailableError()): void {
    this.memory.failNext(verb === 'balance' ? 'settle' : verb, error);
  }

  /** @throws Error unless a user's charges, less refunds, come to so many credits */
  expectCharged(userId: string, credits: number): void {
    const { entries } = this.memory.walletOf(userId).model;
    const charges = entries.filter(({ kind }) => kind === 'charge');
    const charged = charges.reduce((sum, { amount, refunded }) => sum - amount - refunded, 0);
    if (charged !== credits) {
      throw new Error(
        `${userId} was charged ${charged} credits in ${charges.length} charges, not ${credits}`,
      );
    }
  }

  /** @throws Error naming what is still held of a user's credits */
  expectNothingHeld(userId: string): void {
    const wallet = this.memory.walletOf(userId);
    wallet.model.settle();
    wallet.note({ verb: 'settle' });
    const held = wallet.model.holds.flatMap(({ state, amount }, place) =>
      state === 'held' ? [`${amount} for ${wallet.holdFacts[place]!.operation.action}`] : [],
    );
    if (held.length > 0) throw new Error(`of ${userId}'s credits are still held: ${held.join(', ')}`);
  }

  override async balance(userId: string): Promise<BalanceReading> {
    const outcome = await this.memory.apply({ verb: 'settle', user_id: userId });
    const { grants, holds } = this.memory.walletOf(userId).model;
    const dues = [
      ...grants.filter(({ remaining }) => remaining > 0).map(({ expiresAt }) => expiresAt),
      ...holds.filter(({ state }) => state === 'held').map(({ expiresAt }) => expiresAt),
    ].filter((time) => time !== NEVER);
    const dueAt = dues.length === 0 ? null : toTime(Math.min(...dues));
    // There are no allowances in memory.
    return { ...toBalance(outcome), dueAt, nextRefill: null };
  }

  override async nextExpiryOf(userId: string): Promise<string | null> {
    const { grants } = this.memory.walletOf(userId).model;
    const times = grants.flatMap(({ remaining, expiresAt }) =>
      remaining > 0 && expiresAt < NEVER ? [expiresAt] : [],
    );
    return times.length === 0 ? null : toTime(Math.min(...times));
  }

  override async isKeyUsed({ userId, key }: { userId: string; key: string }): Promise<boolean> {
    return this.memory.walletOf(userId).keys.has(key);
  }

  override async receiptOf(holdId: string): Promise<Receipt> {
    for (const wallet of this.memory.wallets.values()) {
      const place = wallet.entryFacts.findIndex(
        ({ id, operation }) => id === holdId && operation.verb === 'capture',
      );
      if (place >= 0) return receiptFrom(wallet.entryRow(place));
    }
    throw new UnknownHoldError(holdId);
  }

  override async history(userId: string, filter: HistoryFilter = {}): Promise<Page<Entry>> {
    const { limit = 50, cursor, kind, action, from, to } = filter;
    const before = cursor === undefined ? Infinity : Number(cursor.slice(1));
    const data = entriesOf(this.memory.walletOf(userId))
      .reverse()
      .filter((entry) => entry.version < before)
      .filter(
        (entry) =>
          (kind === undefined || entry.kind === kind) && (action === undefined || entry.action === action),
      )
      .filter(
        ({ createdAt }) => (from === undefined || createdAt >= from) && (to === undefined || createdAt < to),
      );
    const page = data.slice(0, limit);
    return { data: page, nextCursor: data.length > limit ? `v${page.at(-1)!.version}` : null };
  }

  override async entry(entryId: string): Promise<Entry & { userId: string }> {
    for (const wallet of this.memory.wallets.values()) {
      const entry = entriesOf(wallet).find(({ id }) => id === entryId);
      if (entry !== undefined) return { ...entry, userId: wallet.userId };
    }
    throw new UnknownEntryError(entryId);
  }
}

function entriesOf(wallet: MemoryWallet): Entry[] {
  return wallet.model.entries.map(({ version, kind, amount, balanceAfter, refunded }, place): Entry => {
    const { id, atMs, operation } = wallet.entryFacts[place]!;
    const { action = null, reason = null, actor = null, description = null, entry_id = null } = operation;
    const reversedBy = wallet.entryFacts.filter(
      ({ operation: { verb, entry_id: of } }) => verb === 'refund' && of === id,
    );
    return {
      id,
      version,
      kind,
      amount,
      balanceAfter,
      owedAfter: null,
      action,
      reason,
      actor,
      description,
      holdId: operation.verb === 'capture' ? operation.hold_id! : null,
      reverses: entry_id,
      priceVersion: operation.price_version ?? null,
      createdAt: toTime(atMs),
      refunded: kind === 'charge' ? refunded : null,
      reversedBy: reversedBy.map((facts) => facts.id),
    };
  });
}

/** Every hold was made at the prices of this process. */
class PricesInMemory extends HeldPrices {
  constructor(
    private readonly memory: MemoryLedger,
    private readonly list: PriceList,
    groups: Groups,
  ) {
    super(list, groups);
  }

  override async keep(): Promise<void> {}

  override async used(holdId: string, measured: Measured): Promise<Used> {
    for (const wallet of this.memory.wallets.values()) {
      const hold = wallet.holdOf(holdId);
      if (hold === undefined) continue;
      const action = wallet.holdFactsOf(holdId).operation.action!;
      const credits = this.list.isByUnit(action) ? this.list.costOf(action, { measured }) : hold.amount;
      return { action, held: hold.amount, credits, priceVersion: this.list.version };
    }
    throw new UnknownHoldError(holdId);
  }
}
