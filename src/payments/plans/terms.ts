import { randomUUID } from 'node:crypto';
import type { Plan } from '../../config/plans.js';
import { rowsOf, type Database } from '../database.js';

/** A plan as it was offered. A plan that is sold under the same name later has other terms. */
export interface Terms extends Pick<Plan, 'credits' | 'amount' | 'currency' | 'months' | 'carry'> {
  id: string;
  plan: string;
  /** The provider's id of their price; null: the provider was not told yet. */
  price: string | null;
}

interface Row extends Omit<Terms, 'credits' | 'amount' | 'carry'> {
  credits: string;
  amount: string;
  carry: string;
}

const COLUMNS = 'id, plan, credits, amount, currency, months, carry, price_ref AS price';

/** Those of a plan as it is sold now. */
export async function termsOf(database: Database, account: string, plan: Plan): Promise<Terms> {
  const { offer, credits, amount, currency, months, carry } = plan;
  const terms = [account, offer, credits, amount, currency, months, carry];
  await rowsOf(
    database,
    `INSERT INTO payments.plan_terms (id, provider, plan, credits, amount, currency, months, carry)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [randomUUID(), ...terms],
  );
  const [found] = await find(
    database,
    '(provider, plan, credits, amount, currency, months, carry) = ($1, $2, $3, $4, $5, $6, $7)',
    terms,
  );
  return found!;
}

export async function termsWithId(database: Database, id: string): Promise<Terms> {
  return (await find(database, 'id = $1', [id]))[0]!;
}

/** Those that the provider's prices name, by what it calls these. */
export async function termsByPrice(
  database: Database,
  prices: readonly string[],
): Promise<Map<string, Terms>> {
  const found = await find(database, 'price_ref = ANY ($1)', [[...new Set(prices)]]);
  return new Map(found.map((terms) => [terms.price!, terms]));
}

export async function notePrice(database: Database, { id }: Terms, price: string): Promise<void> {
  await rowsOf(database, 'UPDATE payments.plan_terms SET price_ref = $2 WHERE id = $1', [id, price]);
}

async function find(database: Database, condition: string, values: unknown[]): Promise<Terms[]> {
  const sql = `SELECT ${COLUMNS} FROM payments.plan_terms WHERE ${condition}`;
  const rows = await rowsOf<Row>(database, sql, values);
  return rows.map((row) => ({
    ...row,
    credits: Number(row.credits),
    amount: Number(row.amount),
    carry: Number(row.carry),
  }));
}
