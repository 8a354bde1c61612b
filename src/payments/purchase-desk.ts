import { Injectable, NotFoundException } from '@nestjs/common';
import type { Page } from '../credits/index.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { Looks, OTHER_KEY } from './looks.js';
import { cannotLook, soldElsewhere } from './problems.js';
import { findPurchase, pageOfPurchases, type PurchaseFilter } from './purchase-rows.js';
import { toRecord, type PurchaseRecord } from './purchase.js';
import { Leaving } from './plans/leaving.js';
import { Refunds, type RefundPreview, type RefundRequest } from './refunds.js';

const FORGET_ACTOR = 'UPDATE payments.reversals SET actor = $2 WHERE actor = $1';

export interface PurchaseFile extends PurchaseRecord {
  unused: RefundPreview;
  part: RefundPreview | null;
}

/** What operators do with purchases, for the admin routes and the command line alike. */
@Injectable()
export class PurchaseDesk {
  constructor(
    private readonly looks: Looks,
    private readonly refunds: Refunds,
    private readonly leaving: Leaving,
    private readonly databases: WalletDatabase,
  ) {}

  /** Newest first. @throws InvalidCreditsInputError (the cursor) */
  async list(filter: PurchaseFilter): Promise<Page<PurchaseRecord>> {
    const { userId } = filter;
    const databases = userId === undefined ? this.databases.all() : [this.databases.of(userId)];
    const { data, nextCursor } = await pageOfPurchases(databases, filter);
    return { data: data.map(toRecord), nextCursor };
  }

  /** With what a refund would come to: of what is unused, and of an amount, if one is named. @throws NotFoundException */
  async one(id: string, amount?: number): Promise<PurchaseFile> {
    const record = await this.#record(id);
    const unused = await this.refunds.preview(id);
    return { ...record, unused, part: amount === undefined ? null : await this.refunds.preview(id, amount) };
  }

  /** The buyer, if there is such a purchase. */
  async userOf(id: string): Promise<string | undefined> {
    return (await findPurchase(this.databases.ofId(id), id))?.user_id ?? undefined;
  }

  /** @throws NotFoundException, and what a look throws */
  async look(id: string): Promise<PurchaseRecord> {
    const isSeen = await this.looks.look(id);
    const record = await this.#record(id);
    const { provider, checkoutRef, state } = record;
    if (isSeen || checkoutRef === null || state === 'expired') return record;
    const isUnknown = this.looks.canLook({ provider, session_ref: checkoutRef });
    throw cannotLook(isUnknown ? `${provider} does not know it: ${OTHER_KEY}` : soldElsewhere(provider));
  }

  /** @throws what Refunds.refund does */
  refund(request: RefundRequest): Promise<PurchaseRecord> {
    return this.refunds.refund(request);
  }

  /**
   * Ends what the person has at the provider, before the erasure: afterwards nobody could say who pays there.
   *
   * @throws ProblemException payments_unavailable, CreditsUnavailableError
   */
  endAtProvider(userId: string): Promise<void> {
    return this.leaving.endAll(userId);
  }

  /**
   * Removes the person, and what was written about them, from their purchases. Runs in the transaction of an erasure,
   * before the wallet loses its name: a look that settles one of them has done so by then, or finds no buyer.
   */
  async forget(
    userId: string,
    pseudonym: string,
    query: (sql: string, values: unknown[]) => Promise<unknown>,
  ): Promise<void> {
    await query(
      `UPDATE payments.purchases SET user_id = $2, request_key = NULL, url = NULL, receipt_url = NULL
        WHERE user_id = $1`,
      [userId, pseudonym],
    );
    await query(
      `UPDATE payments.reversals r SET reason = 'erased', request_key = NULL
         FROM payments.purchases p WHERE p.id = r.purchase_id AND p.user_id = $1 AND r.reason IS NOT NULL`,
      [pseudonym],
    );
    for (const table of ['subscriptions', 'customers']) {
      await query(`UPDATE payments.${table} SET user_id = $2 WHERE user_id = $1`, [userId, pseudonym]);
    }
    await query(FORGET_ACTOR, [userId, pseudonym]);
  }

  /** And from what they did as an operator for people on other servers. @throws CreditsUnavailableError */
  async forgetActor(userId: string, pseudonym: string): Promise<void> {
    for (const database of this.databases.all()) await database.query(FORGET_ACTOR, [userId, pseudonym]);
  }

  async #record(id: string): Promise<PurchaseRecord> {
    const purchase = await findPurchase(this.databases.ofId(id), id);
    if (purchase === undefined) throw new NotFoundException('There is no such purchase.');
    return toRecord(purchase);
  }
}
