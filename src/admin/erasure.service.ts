import { Injectable, Logger } from '@nestjs/common';
import { FormerUsers } from '../account/former-users.js';
import { PersonErasure, Wallets, type ErasureRequest, type Wallet } from '../credits/operator/index.js';
import { Belongings } from '../library/belongings.js';
import { PurchaseDesk } from '../payments/index.js';

export interface Erased {
  /** What replaces the user id in the books, and is in the list of erasures. */
  pseudonym: string;
  /** Null: the person has no wallet, because they were erased before or never were a customer. */
  wallet: Wallet | null;
  /** How many of each kind were deleted: `{ documents: 3, recordings: 0 }`. */
  deleted: Record<string, number>;
}

/**
 * Erases a person from the books, with everything they stored. Files are deleted after the commit, or swept later.
 */
@Injectable()
export class Erasure {
  readonly #logger = new Logger('Admin');

  constructor(
    private readonly person: PersonErasure,
    private readonly wallets: Wallets,
    private readonly formerUsers: FormerUsers,
    private readonly belongings: Belongings,
    private readonly purchases: PurchaseDesk,
  ) {}

  /**
   * @throws NotFoundException for a pseudonym, CreditsUnavailableError; ProblemException payments_unavailable, where what
   *   they have at the provider cannot be ended now: nothing is erased then
   */
  async erase(request: ErasureRequest): Promise<Erased> {
    const { userId } = request;
    await this.purchases.endAtProvider(userId);
    const { pseudonym, hadWallet, deleted } = await this.person.erase(request, {
      hashOf: (people) => this.formerUsers.hashOf(userId, people),
      rename: (query, pseudonym) => this.purchases.forget(userId, pseudonym, query),
      deleteRows: (query) => this.belongings.deleteRows(userId, query),
    });
    // A retry after a failure here finds the person gone and does this again.
    await this.purchases.forgetActor(userId, pseudonym);
    try {
      await this.belongings.deleteFiles(deleted);
    } catch (error) {
      // Their rows are gone, so the sweeper removes them.
      this.#logger.error(`files of ${pseudonym} are left to the sweeper: ${String(error)}`);
    }
    const counts = Object.fromEntries(deleted.map(({ folder, ids }) => [folder, ids.length]));
    const wallet = hadWallet ? await this.wallets.read(pseudonym) : null;
    return { pseudonym, wallet, deleted: counts };
  }
}
