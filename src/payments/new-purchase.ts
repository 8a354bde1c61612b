import { rowsOf, type Database } from './database.js';
import type { PurchaseRow } from './purchase.js';

/** What is frozen in the row of a purchase when it begins. */
export interface FrozenOffer extends Partial<
  Pick<
    PurchaseRow,
    | 'terms'
    | 'trial_days'
    | 'refills'
    | 'is_share'
    | 'expires_months'
    | 'subscription_id'
    | 'session_ref'
    | 'invoice_ref'
    | 'period_starts_at'
    | 'period_ends_at'
  >
> {
  offer: string;
  credits: number;
  amount: number;
  currency: string;
}

export interface NewPurchase extends FrozenOffer {
  id: string;
  user_id: string;
  request_key: string | null;
  provider: string;
}

/** False: it has begun already. */
export async function insertPurchase(database: Database, purchase: NewPurchase): Promise<boolean> {
  const columns = Object.keys(purchase) as (keyof NewPurchase)[];
  const inserted = await rowsOf(
    database,
    `INSERT INTO payments.purchases (${columns.join(', ')}) VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})
     ON CONFLICT DO NOTHING RETURNING 1`,
    columns.map((column) => purchase[column]),
  );
  return inserted.length > 0;
}
