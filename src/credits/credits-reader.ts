import { InvalidCreditsInputError, UnknownEntryError, UnknownHoldError } from './credits.errors.js';
import type { BalanceReading, Entry, GrantState, HistoryFilter, Page, Receipt } from './credits.types.js';
import type { Decisions } from './decisions.js';
import type { Groups } from './groups.js';
import type { InTransaction } from './in-transaction.js';
import { requireInput } from './input.js';
import { toBalance } from './outcome.js';
import { isKeyUsed, readBalance, readNextExpiry, readNextRefill, readReceipt } from './reads/balance.js';
import { readGrantState } from './reads/grant-state.js';
import { readEntry, readHistory } from './reads/history.js';

/** What CreditsService tells about wallets. */
export class CreditsReader {
  constructor(
    protected readonly groups: Groups,
    protected readonly decisions: Decisions,
  ) {}

  /**
   * The wallet as the database has it now, never from a cache; expiries and refills that are due happen first. An unknown
   * user owns 0 credits.
   *
   * @throws InvalidCreditsInputError
   */
  async balance(userId: string): Promise<BalanceReading> {
    requireInput({ userId }, { userId: 'userId' });
    const { database } = this.groups.of(userId);
    const reading = await readBalance(database, userId);
    if (reading !== undefined) return reading;
    const settled = toBalance(await this.decisions.make({ verb: 'settle', user_id: userId }));
    return { ...settled, dueAt: settled.asOf, nextRefill: await readNextRefill(database, userId) };
  }

  /** When the next of a user's credits expire; null: never. @throws InvalidCreditsInputError */
  async nextExpiryOf(userId: string): Promise<string | null> {
    requireInput({ userId }, { userId: 'userId' });
    return readNextExpiry(this.groups.of(userId).database, userId);
  }

  /**
   * Whether a user's idempotency key has ever made a ledger entry. The answer does not fade with time.
   *
   * @throws InvalidCreditsInputError
   */
  async isKeyUsed({ userId, key }: { userId: string; key: string }): Promise<boolean> {
    requireInput({ userId }, { userId: 'userId' });
    return isKeyUsed(this.groups.of(userId).database, { userId, key });
  }

  /**
   * The receipt of a captured hold, for a retry that finds the capture already done.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError (also if the hold was not captured)
   */
  async receiptOf(holdId: string): Promise<Receipt> {
    requireInput({ holdId }, { holdId: 'id' });
    const receipt = await readReceipt(this.groups.ofId(holdId).database, holdId);
    if (receipt === undefined) throw new UnknownHoldError(holdId);
    return receipt;
  }

  /**
   * What became of a grant; expiries that are due happen first. With `tx`, the wallet stays locked until the transaction
   * ends, so nobody can spend what is left.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a grant), UnknownEntryError
   */
  async grantState({ entryId }: { entryId: string }, { tx }: InTransaction = {}): Promise<GrantState> {
    requireInput({ entryId }, { entryId: 'id' });
    await this.decisions.make({ verb: 'settle', entry_id: entryId }, tx);
    const state = await readGrantState(this.groups.ofId(entryId).database.in(tx), entryId);
    if (state !== undefined) return state;
    throw new InvalidCreditsInputError([{ path: 'entryId', message: 'must be the entry of a grant' }]);
  }

  /**
   * A wallet's ledger entries, newest first, in pages. New entries do not disturb a cursor.
   *
   * @throws InvalidCreditsInputError
   */
  async history(userId: string, filter: HistoryFilter = {}): Promise<Page<Entry>> {
    requireInput({ userId }, { userId: 'userId' });
    return readHistory(this.groups.of(userId).database, userId, filter);
  }

  /**
   * One ledger entry and its user; with `tx`, as that transaction sees it.
   *
   * @throws InvalidCreditsInputError, UnknownEntryError
   */
  async entry(entryId: string, { tx }: InTransaction = {}): Promise<Entry & { userId: string }> {
    requireInput({ entryId }, { entryId: 'id' });
    const entry = await readEntry(this.groups.ofId(entryId).database.in(tx), entryId);
    if (entry === undefined) throw new UnknownEntryError(entryId);
    return entry;
  }
}
