import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CreditsService } from '../../credits/index.js';
import { rowsOf } from '../database.js';
import type { PurchaseRow } from '../purchase.js';
import { termsWithId } from './terms.js';

export interface Given {
  entryId: string;
  /** Of a plan, whose credits come in parts. */
  allowanceId: string | null;
}

/** The last refill outlasts its period by this much: an invoice takes an hour to be made, replacing a card some days. */
const GRACE = `interval '72 hours'`;
/** A plan is burned before what was bought. */
const PRIORITY = 40;

/** What a paid period of a plan gives: credits each month, what is left over of the period before carried into it. */
@Injectable()
export class PlanCredits {
  constructor(private readonly credits: CreditsService) {}

  give(purchase: PurchaseRow, tx: EntityManager): Promise<Given> {
    return purchase.trial_days === null ? this.#pour(purchase, tx) : this.#try(purchase, tx);
  }

  async #try(purchase: PurchaseRow, tx: EntityManager): Promise<Given> {
    const { id, user_id: userId, credits, offer, provider, period_ends_at: ends } = purchase;
    // A trial that is seen only after its end still lasts an hour.
    const [row] = await rowsOf<{ at: Date }>(
      tx,
      `SELECT GREATEST($1, clock_timestamp() + interval '1 hour') AS at`,
      [ends],
    );
    const receipt = await this.credits.grant(
      {
        userId: userId!,
        credits: Number(credits),
        category: 'promotional',
        priority: PRIORITY,
        reason: `trial of ${offer}`,
        actor: provider,
        expiresAt: row!.at,
        idempotencyKey: `purchase:${id}`,
      },
      { tx },
    );
    return { entryId: receipt.entryId, allowanceId: null };
  }

  async #pour(purchase: PurchaseRow, tx: EntityManager): Promise<Given> {
    const {
      id,
      user_id: userId,
      credits,
      refills,
      offer,
      provider,
      subscription_id: subscription,
    } = purchase;
    const { carry } = await termsWithId(tx, purchase.terms!);
    const [before] = await rowsOf<{ allowance_id: string | null; anchor: Date }>(
      tx,
      `SELECT allowance_id, LEAST($2, clock_timestamp()) AS anchor FROM payments.subscriptions WHERE id = $1 FOR UPDATE`,
      [subscription, purchase.period_starts_at],
    );
    const allowance = await this.credits.allow(
      {
        userId: userId!,
        plan: offer!,
        credits: Number(credits) / refills!,
        refills: refills!,
        anchor: before!.anchor,
        lastUntil: await this.#lastUntil(purchase, tx),
        carry,
        follows: before!.allowance_id ?? undefined,
        actor: provider,
        idempotencyKey: `purchase:${id}`,
      },
      { tx },
    );
    await rowsOf(tx, 'UPDATE payments.subscriptions SET allowance_id = $2 WHERE id = $1', [
      subscription,
      allowance.id,
    ]);
    const [entryId] = await this.credits.allowanceRefills({ id: allowance.id }, { tx });
    return { entryId: entryId!, allowanceId: allowance.id };
  }

  /** Cancels this many of the refills to come. */
  async cut(purchase: PurchaseRow, refills: number, tx: EntityManager): Promise<void> {
    await this.credits.limitAllowance(
      {
        id: purchase.allowance_id!,
        refills: purchase.refills! - refills,
        lastUntil: refills === 0 ? await this.#lastUntil(purchase, tx) : undefined,
      },
      { tx },
    );
  }

  /** A period that was paid in time is not lost because we saw it late. */
  async #lastUntil({ period_ends_at: ends, paid_at: paidAt }: PurchaseRow, tx: EntityManager): Promise<Date> {
    const sql = `SELECT GREATEST($1, COALESCE($2, clock_timestamp())) + ${GRACE} AS at`;
    const [row] = await rowsOf<{ at: Date }>(tx, sql, [ends, paidAt]);
    return row!.at;
  }
}
