import { Logger } from '@nestjs/common';
import type { Database } from './database.js';
import type { PurchaseRow } from './purchase.js';

export type PurchaseEvent = 'purchase.paid' | 'purchase.failed' | 'purchase.reversed' | 'purchase.suspect';

const logger = new Logger('Payments');

/** What became of a purchase, told in the transaction of its cause. Money that came is never passed over silently. */
export async function tell(_tx: Database, event: PurchaseEvent, purchase: PurchaseRow): Promise<void> {
  const { id, credits, amount, currency, suspicion } = purchase;
  const line = `${event}: ${id}, ${credits ?? 'unknown'} credits for ${amount} ${currency} (minor units)`;
  if (event === 'purchase.suspect') logger.error(`${line}: ${suspicion}`);
  else logger.log(line);
}
