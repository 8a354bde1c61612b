import { Injectable, Logger } from '@nestjs/common';
import { Outbox, counted } from '../credits/plumbing.js';
import { moneyOf } from '../config/money.js';
import type { Database } from './database.js';
import type { SubscriptionRow } from './plans/subscription.js';
import { PurchaseVitals } from './purchase-vitals.js';
import type { PurchaseEvent, PurchaseRow } from './purchase.js';

/** Tells what became of a purchase, in the transaction of the cause. Money that came in is always told. */
@Injectable()
export class PurchaseEvents {
  readonly #logger = new Logger('Payments');

  constructor(
    private readonly outbox: Outbox,
    private readonly vitals: PurchaseVitals,
  ) {}

  async tell(tx: Database, event: PurchaseEvent, purchase: PurchaseRow): Promise<void> {
    const { id, user_id: userId, credits, amount, currency, suspicion } = purchase;
    const line = `${event}: ${id}, ${credits === null ? 'unknown credits' : counted(Number(credits), 'credit')} for ${moneyOf(amount, currency)}`;
    if (event === 'purchase.suspect') this.#logger.error(`${line}: ${suspicion}`);
    else this.#logger.log(line);
    const data = {
      purchaseId: id,
      credits: credits === null ? null : Number(credits),
      amount: Number(amount),
      currency,
      ...(event === 'purchase.reversed' && { creditsBack: Number(purchase.clawed) }),
    };
    await this.outbox.write({ type: event, userId, data, beside: id }, { tx });
    this.vitals.count(event);
  }

  async tellEnded(tx: Database, { id, user_id: userId, plan }: SubscriptionRow): Promise<void> {
    this.#logger.log(`subscription.ended: ${id}, ${plan}`);
    const event = { type: 'subscription.ended' as const, userId, data: { subscriptionId: id, plan } };
    await this.outbox.write(event, { tx });
  }
}
