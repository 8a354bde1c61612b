import {
  CreditsUnavailableError,
  InvalidCreditsInputError,
  UnknownEntryError,
  UnknownHoldError,
} from '../credits.errors.js';
import { counted } from '../counted.js';
import { CreditsService } from '../credits.service.js';
import type { BalanceReading, Entry, GrantState, HistoryFilter, Page, Receipt } from '../credits.types.js';
import type { Groups } from '../groups.js';
import { requireInput } from '../input.js';
import type { Verb } from '../ledger/operation.js';
import { toBalance, receiptFrom } from '../outcome.js';
import { HeldPrices, type Used } from '../prices/held-prices.js';
import type { Measured } from '../prices/price.js';
import type { PriceList } from '../price-list.js';
import { checkedFilter } from '../reads/history.js';
import type { Tracer } from '../tracing.js';
import type { WalletChanges } from '../wallet-changes.js';
import type { ModelEntry, ModelHold } from './glass.js';
import { MemoryAllowances } from './memory-allowances.js';
import { nextRefillOf, type MemoryLedger } from './memory-ledger.js';
import { dueAtOf, grantStateOf, historyOf, nextExpiryOf, shownEntry } from './memory-reads.js';
import type { MemoryWallet } from './memory-wallet.js';

/** The calls that a test can make fail. */
export type FailingVerb = Exclude<Verb, 'settle'> | 'allow' | 'balance';

/** CreditsService in memory, with what tests need besides. */
export class TestCredits extends CreditsService {
  override readonly heldPrices: HeldPrices;

  constructor(
    private readonly memory: MemoryLedger,
    prices: PriceList,
    holdTtlSeconds: number,
    changes: WalletChanges,
    groups: Groups,
    tracer?: Tracer,
  ) {
    super(groups, prices, holdTtlSeconds, changes, new MemoryAllowances(memory, changes), tracer);
    this.heldPrices = new PricesInMemory(memory, prices, groups);
  }

  /**
   * Let time pass: holds and grants expire and allowances refill when they are due. The holds of running work are kept
   * alive, as in production.
   */
  timeTravel(seconds: number): void {
    const ttl_seconds = seconds + this.holdTtlSeconds;
    for (const { holdId, owner } of this.keeper.kept) {
      this.memory.decide({ verb: 'extend', hold_id: holdId, ttl_seconds, owner });
    }
    this.memory.travel(seconds);
  }

  /** Make the next call of `verb` reject without effect; by default with the error of a database that is down. */
  failNext(verb: FailingVerb, error: Error = new CreditsUnavailableError()): void {
    this.memory.failNext(verb === 'balance' ? 'settle' : verb, error);
  }

  /** @throws Error unless the user's charges, less refunds, add up to so many credits */
  expectCharged(userId: string, credits: number): void {
    const { entries } = this.memory.walletOf(userId).model;
    const charges = entries.filter(({ kind }) => kind === 'charge');
    const charged = charges.reduce((sum, { amount, refunded }) => sum - amount - refunded, 0);
    if (charged !== credits) {
      throw new Error(
        `${userId} was charged ${counted(charged, 'credit')} in ${counted(charges.length, 'charge')}, not ${credits}`,
      );
    }
  }

  /** @throws Error naming what is still held of a user's credits */
  expectNothingHeld(userId: string): void {
    const wallet = this.memory.walletOf(userId);
    wallet.settle();
    const running = wallet.model.holds.filter(({ state }) => state === 'held');
    const held = running.map((hold) => `${hold.amount} for ${wallet.holds.get(hold)!.operation.action}`);
    if (held.length > 0) throw new Error(`of ${userId}'s credits are still held: ${held.join(', ')}`);
  }

  override async balance(userId: string): Promise<BalanceReading> {
    requireInput({ userId }, { userId: 'userId' });
    const outcome = await this.memory.apply({ verb: 'settle', user_id: userId });
    const wallet = this.memory.walletOf(userId);
    return { ...toBalance(outcome), dueAt: dueAtOf(wallet), nextRefill: nextRefillOf(wallet) };
  }

  override async nextExpiryOf(userId: string): Promise<string | null> {
    requireInput({ userId }, { userId: 'userId' });
    return nextExpiryOf(this.memory.walletOf(userId));
  }

  override async isKeyUsed({ userId, key }: { userId: string; key: string }): Promise<boolean> {
    requireInput({ userId }, { userId: 'userId' });
    return this.memory.walletOf(userId).isKeyUsed(key);
  }

  override async receiptOf(holdId: string): Promise<Receipt> {
    requireInput({ holdId }, { holdId: 'id' });
    const [wallet, charge] = this.#entryOf(holdId) ?? [];
    if (charge?.kind !== 'charge' || wallet!.holdOf(holdId) === undefined) throw new UnknownHoldError(holdId);
    return receiptFrom(wallet!.entryRow(charge));
  }

  override async history(userId: string, filter: HistoryFilter = {}): Promise<Page<Entry>> {
    requireInput({ userId }, { userId: 'userId' });
    return historyOf(this.memory.walletOf(userId), checkedFilter(filter));
  }

  override async entry(entryId: string): Promise<Entry & { userId: string }> {
    requireInput({ entryId }, { entryId: 'id' });
    const [wallet, entry] = this.#entryOf(entryId) ?? [];
    if (entry === undefined) throw new UnknownEntryError(entryId);
    return { userId: wallet!.userId, ...shownEntry(wallet!, entry) };
  }

  override async grantState({ entryId }: { entryId: string }): Promise<GrantState> {
    requireInput({ entryId }, { entryId: 'id' });
    const [wallet, entry] = this.#entryOf(entryId) ?? [];
    if (entry === undefined) throw new UnknownEntryError(entryId);
    wallet!.settle();
    const state = grantStateOf(wallet!, entry);
    if (state !== undefined) return { entryId, ...state };
    throw new InvalidCreditsInputError([{ path: 'entryId', message: 'must be the entry of a grant' }]);
  }

  #entryOf(id: string): [MemoryWallet, ModelEntry] | undefined {
    return this.memory.find((wallet) => wallet.entryOf(id));
  }
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
    const [wallet, hold] = this.memory.find<ModelHold>((one) => one.holdOf(holdId)) ?? [];
    if (hold === undefined) throw new UnknownHoldError(holdId);
    const action = wallet!.holds.get(hold)!.operation.action!;
    const credits = this.list.isByUnit(action) ? this.list.costOf(action, { measured }) : hold.amount;
    return { action, held: hold.amount, credits, priceVersion: this.list.version };
  }
}
