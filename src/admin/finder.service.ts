import { Injectable } from '@nestjs/common';
import type { Page } from '../credits/index.js';
import { Wallets, type Owned, type Wallet } from '../credits/operator/index.js';
import { Artefacts, type Artefact } from '../library/artefacts.js';
import { PurchaseDesk } from '../payments/index.js';
import type { WalletsQuery } from './admin.dto.js';

/** The thing whose id was searched for. */
export interface Match {
  kind: Owned['kind'] | Artefact['kind'] | 'purchase';
  id: string;
  /** The ledger entry about it, if there is one. */
  entryId: string | null;
}

export interface FoundWallet extends Wallet {
  /** Null: the wallet was found by the beginning of its user id. */
  match: Match | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Finds a wallet by anything that a customer can name: their user id, or an id from a history, an answer or an
 * address.
 */
@Injectable()
export class Finder {
  constructor(
    private readonly wallets: Wallets,
    private readonly artefacts: Artefacts,
    private readonly purchases: PurchaseDesk,
  ) {}

  /** @throws InvalidCreditsInputError (the cursor), CreditsUnavailableError */
  async search(filter: WalletsQuery): Promise<Page<FoundWallet>> {
    const { query = '', cursor } = filter;
    const page = await this.wallets.search(filter);
    const found = page.data.map((wallet) => ({ ...wallet, match: null }));
    // It comes before those found by user id, because a user id may be a UUID, too.
    const named = cursor === undefined && UUID.test(query.trim()) ? await this.#byId(query.trim()) : [];
    return { ...page, data: [...named, ...found] };
  }

  async #byId(id: string): Promise<FoundWallet[]> {
    const owned =
      (await this.wallets.owning(id)) ?? (await this.#ownedArtefact(id)) ?? (await this.#ownedPurchase(id));
    if (owned === undefined) return [];
    const { userId, kind, entryId } = owned;
    return [{ ...(await this.wallets.one(userId)), match: { kind, id, entryId } }];
  }

  async #ownedArtefact(id: string) {
    const artefact = await this.artefacts.owned(id);
    if (artefact === undefined) return undefined;
    const { kind, userId, holdId } = artefact;
    const paid = await this.wallets.owning(holdId);
    return { kind, userId, entryId: paid?.entryId ?? null };
  }

  async #ownedPurchase(id: string) {
    const userId = await this.purchases.userOf(id);
    return userId === undefined ? undefined : { kind: 'purchase' as const, userId, entryId: null };
  }
}
