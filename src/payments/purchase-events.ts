import { Injectable, Logger } from '@nestjs/common';
import { Outbox } from '../credits/plumbing.js';
import type { Database } from './database.js';
import type { PurchaseRow } from './purchase.js';

export type PurchaseEvent = 'purchase.paid' | 'purchase.failed' | 'purchase.reversed' | 'purchase.suspect';

/** What became of a purchase, told in the transaction of its cause. Money that came is never passed over silently. */
@Injectable()
export class PurchaseEvents {
  readonly #logger = new Logger('Payments');

  constructor(private readonly outbox: Outbox) {}

  async tell(tx: Database, event: PurchaseEvent, purchase: PurchaseRow): Promise<void> {
    const { id, user_id: userId, credits, amount, currency, suspicion } = purchase;
    const line = `${event}: ${id}, ${credits ?? 'unknown'} credits for ${amount} ${currency} (minor units)`;
    if (event === 'purchase.suspect') this.#logger.error(`${line}: ${suspicion}`);
    else this.#logger.log(line);
    const data = {
      purchaseId: id,
      credits: credits === null ? null : Number(credits),
      amount: Number(amount),
      currency,
      ...(event === 'purchase.reversed' && { creditsBack: Number(purchase.clawed) }),
    };
    await this.outbox.write({ type: event, userId, data }, { tx });
  }
}
