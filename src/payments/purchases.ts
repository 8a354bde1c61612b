import { ForbiddenException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { FormerUsers } from '../account/former-users.js';
import { IdempotencyKeyReusedError, type Page } from '../credits/index.js';
import { hashOfKey, rowsOf } from './database.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Looks } from './looks.js';
import { Offers } from './offers.js';
import { offerUnknown, paymentsUnavailable } from './problems.js';
import { PAYMENT_PROVIDER, type Checkout, type PaymentProvider } from './provider.js';
import { findPurchase, pageOfPurchases, type PurchaseFilter } from './purchase-rows.js';
import { toPurchase, type Purchase, type PurchaseRow } from './purchase.js';

/** Checkouts that one user may have open at once: each is one at the provider, too. */
const MOST_OPEN = 20;
/** So long a provider remembers the key of a checkout whose answer was lost. */
const BEGINS_AGAIN_FOR_MS = 23 * 3_600_000;
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
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Begin to buy an offer. Our row comes first, with the offer frozen in it; a crash before the checkout is there is
   * made good by the next request, with the same key or for the purchase itself.
   *
   * @throws ForbiddenException (erased), ProblemException offer_unknown, payments_unavailable, rate_limited;
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
    const purchase = await findPurchase(this.dataSource, id);
    if (purchase?.user_id !== userId) throw new NotFoundException();
    if (purchase.state !== 'open') return toPurchase(purchase);
    if (purchase.session_ref === null) return toPurchase(await this.#withCheckout(purchase));
    await this.looks.look(id);
    return toPurchase((await findPurchase(this.dataSource, id))!);
  }

  /** Newest first. The newest open ones are looked at first; where that fails the list shows what was known. */
  async list(userId: string, page: Pick<PurchaseFilter, 'limit' | 'cursor'>): Promise<Page<Purchase>> {
    const { data: open } = await pageOfPurchases(this.dataSource, {
      userId,
      state: 'open',
      limit: LOOKED_AT_IN_A_LIST,
    });
    await Promise.allSettled(open.map(({ id }) => this.looks.look(id)));
    const { data, nextCursor } = await pageOfPurchases(this.dataSource, { ...page, userId });
    return { data: data.map(toPurchase), nextCursor };
  }

  async #begunWith(userId: string, requestKey: string): Promise<PurchaseRow | undefined> {
    const [row] = await rowsOf<{ id: string }>(
      this.dataSource,
      'SELECT id FROM payments.purchases WHERE user_id = $1 AND request_key = $2',
      [userId, requestKey],
    );
    return row && findPurchase(this.dataSource, row.id);
  }

  async #insert(userId: string, name: string, requestKey: string | null): Promise<PurchaseRow> {
    const pack = this.offers.find(name);
    if (pack === undefined || this.provider === null) throw offerUnknown();
    if (await this.formerUsers.has(userId)) throw new ForbiddenException('Nothing is sold to you any more.');
    const id = randomUUID();
    const { offer, credits, amount, currency, expiresMonths } = pack;
    const inserted = await rowsOf(
      this.dataSource,
      `INSERT INTO payments.purchases
              (id, user_id, offer, credits, amount, currency, expires_months, request_key, provider)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
        WHERE (SELECT count(*) FROM payments.purchases WHERE user_id = $2 AND state = 'open') < ${MOST_OPEN}
       ON CONFLICT ON CONSTRAINT purchases_request_once DO NOTHING RETURNING 1`,
      [id, userId, offer, credits, amount, currency, expiresMonths, requestKey, this.provider.name],
    );
    if (inserted.length > 0) return (await findPurchase(this.dataSource, id))!;
    const first = requestKey === null ? undefined : await this.#begunWith(userId, requestKey);
    if (first !== undefined) return first;
    throw new ProblemException('rate_limited', `No more than ${MOST_OPEN} checkouts may be open at once.`);
  }

  async #withCheckout(purchase: PurchaseRow): Promise<PurchaseRow> {
    const { id, credits, amount, currency, state, provider, session_ref: ref, created_at } = purchase;
    if (ref !== null || state !== 'open') return purchase;
    if (this.provider?.name !== provider || Date.now() - created_at.getTime() > BEGINS_AGAIN_FOR_MS) {
      throw paymentsUnavailable();
    }
    let checkout: Checkout;
    try {
      const frozen = { id, credits: Number(credits), amount: Number(amount), currency };
      checkout = await this.provider.begin(frozen);
    } catch (error) {
      throw paymentsUnavailable(error);
    }
    await rowsOf(
      this.dataSource,
      `UPDATE payments.purchases SET session_ref = $2, url = $3, session_expires_at = $4 WHERE id = $1`,
      [id, checkout.ref, checkout.url, checkout.expiresAt],
    );
    return (await findPurchase(this.dataSource, id))!;
  }
}
