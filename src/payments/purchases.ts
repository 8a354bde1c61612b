import { ForbiddenException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { FormerUsers } from '../account/former-users.js';
import type { Pack } from '../config/packs.js';
import { IdempotencyKeyReusedError, type Page } from '../credits/index.js';
import { newId } from '../credits/plumbing.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { hashOfKey, rowsOf } from './database.js';
import { Looks } from './looks.js';
import { Offers } from './offers.js';
import { OpenCheckouts } from './open-checkouts.js';
import { cannotLook, isRefusedForGood, offerUnknown, paymentsUnavailable, planNotOpen } from './problems.js';
import { Subscribing } from './plans/subscribing.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';
import { findPurchase, pageOfPurchases, type PurchaseFilter } from './purchase-rows.js';
import { BEGINS_AGAIN_FOR_HOURS, endTurn, takeTurn, writePurchase } from './checkout-room.js';
import type { FrozenOffer } from './new-purchase.js';
import { toPurchase, type Purchase, type PurchaseRow } from './purchase.js';
import type { Checkout } from './checkout.js';
import { forgetRefused } from './unseen.js';

const LOOKED_AT_IN_A_LIST = 5;

export interface PurchaseRequest {
  userId: string;
  offer: string;
  /** The idempotency key of the request. */
  key?: string;
}

/** A user's purchases. */
@Injectable()
export class Purchases {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly offers: Offers,
    private readonly looks: Looks,
    private readonly formerUsers: FormerUsers,
    private readonly subscribing: Subscribing,
    private readonly checkouts: OpenCheckouts,
    private readonly databases: WalletDatabase,
  ) {}

  /**
   * Begin to buy an offer. Our row comes first, with the offer frozen in it. After a crash before the checkout exists, the
   * next request, with the same key or for the purchase itself, makes it.
   *
   * @throws ForbiddenException (erased), ProblemException offer_unknown, plan_not_open, payments_unavailable,
   *   rate_limited;
   *   IdempotencyKeyReusedError, CreditsUnavailableError
   */
  async begin({ userId, offer: name, key }: PurchaseRequest): Promise<Purchase> {
    const requestKey = key === undefined ? null : hashOfKey(userId, key);
    const known = requestKey === null ? undefined : await this.#begunWith(userId, requestKey);
    if (known !== undefined && known.offer !== name.toUpperCase()) throw new IdempotencyKeyReusedError();
    return toPurchase(await this.#withCheckout(known ?? (await this.#insert(userId, name, requestKey))));
  }

  /** One purchase of the user, looked at first while it is open. @throws NotFoundException, and what a look throws */
  async one(userId: string, id: string): Promise<Purchase> {
    const database = this.databases.ofId(id);
    const purchase = await findPurchase(database, id);
    if (purchase?.user_id !== userId) throw new NotFoundException();
    if (purchase.state !== 'open') return toPurchase(purchase);
    if (purchase.session_ref === null && this.#canBegin(purchase))
      return toPurchase(await this.#withCheckout(purchase));
    await this.looks.look(id);
    return toPurchase((await findPurchase(database, id))!);
  }

  /** Newest first. The newest open ones are looked at first; where that fails the list shows what was known. */
  async list(userId: string, page: Pick<PurchaseFilter, 'limit' | 'cursor'>): Promise<Page<Purchase>> {
    const databases = [this.databases.of(userId)];
    const { data: open } = await pageOfPurchases(databases, {
      userId,
      state: 'open',
      limit: LOOKED_AT_IN_A_LIST,
    });
    await Promise.allSettled(open.map(({ id }) => this.looks.look(id)));
    const { data, nextCursor } = await pageOfPurchases(databases, { ...page, userId });
    return { data: data.map(toPurchase), nextCursor };
  }

  async #begunWith(userId: string, requestKey: string): Promise<PurchaseRow | undefined> {
    const database = this.databases.of(userId);
    const [row] = await rowsOf<{ id: string }>(
      database,
      'SELECT id FROM payments.purchases WHERE user_id = $1 AND request_key = $2',
      [userId, requestKey],
    );
    return row && findPurchase(database, row.id);
  }

  async #insert(userId: string, name: string, requestKey: string | null): Promise<PurchaseRow> {
    const offered = this.offers.find(name);
    if (offered === undefined || this.provider === null) throw offerUnknown();
    if (await this.formerUsers.has(userId)) throw soldNothing();
    const database = this.databases.of(userId);
    const frozen = 'months' in offered ? await this.subscribing.freeze(userId, offered) : ofPack(offered);
    const row = { id: newId(userId), user_id: userId, request_key: requestKey, provider: this.provider.name };
    const id = await database.transaction((tx) => writePurchase(tx, { ...row, ...frozen }));
    if (id !== undefined) return (await findPurchase(database, id))!;
    const first = requestKey === null ? undefined : await this.#begunWith(userId, requestKey);
    if (first !== undefined) return first;
    throw planNotOpen('Another checkout of a plan is just being opened.');
  }

  async #withCheckout(purchase: PurchaseRow): Promise<PurchaseRow> {
    const { id, state, session_ref: ref } = purchase;
    // A plan that is changed has no checkout.
    if (ref !== null || state !== 'open' || purchase.subscription_id !== null) return purchase;
    if (!this.#canBegin(purchase))
      throw cannotLook('Its checkout was never made: buy it anew, under another key.');
    const database = this.databases.ofId(id);
    await database.transaction((tx) => takeTurn(tx, purchase));
    let checkout: Checkout;
    try {
      checkout = await this.#begin(purchase, this.provider!);
    } catch (error) {
      if (isRefusedForGood(error)) await forgetRefused(database, id);
      else await endTurn(database, id);
      throw paymentsUnavailable(error);
    }
    await rowsOf(
      database,
      `UPDATE payments.purchases SET session_ref = $2, url = $3, session_expires_at = $4 WHERE id = $1`,
      [id, checkout.ref, checkout.url, checkout.expiresAt],
    );
    const begun = (await findPurchase(database, id))!;
    const isTheirs = begun.user_id === purchase.user_id;
    if (isTheirs && begun.state !== 'expired') return begun;
    // It was given up while the provider made it: another plan was chosen, or the buyer was erased.
    await this.checkouts.abandon(checkout.ref);
    if (!isTheirs) throw soldNothing();
    if (begun.terms === null)
      throw cannotLook('Its checkout was closed meanwhile: buy it anew, under another key.');
    throw planNotOpen('Another checkout of a plan was opened meanwhile.');
  }

  #canBegin({ provider, created_at: since, subscription_id: changed }: PurchaseRow): boolean {
    const isYoung = Date.now() - since.getTime() < BEGINS_AGAIN_FOR_HOURS * 3_600_000;
    return isYoung && changed === null && this.provider?.name === provider;
  }

  #begin(purchase: PurchaseRow, provider: PaymentProvider): Promise<Checkout> {
    const { id, credits, amount, currency, terms } = purchase;
    if (terms !== null) return this.subscribing.checkout(purchase, provider);
    return provider.begin({ id, credits: Number(credits), amount: Number(amount), currency });
  }
}

const soldNothing = () => new ForbiddenException('Nothing is sold to you any more.');

function ofPack({ offer, credits, amount, currency, expiresMonths }: Pack): FrozenOffer {
  return { offer, credits, amount, currency, expires_months: expiresMonths };
}
