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

/** Where terms stand: in the database of those who have them, and in one for all, where each gets its id and its price. */
export interface TermsPlaces {
  database: Database;
  common: () => Database;
}

/** Those of a plan as it is sold now. */
export async function termsOf(
  { database, common }: TermsPlaces,
  account: string,
  { offer, credits, amount, currency, months, carry }: Plan,
): Promise<Terms> {
  const terms = [account, offer, credits, amount, currency, months, carry];
  const known = await findSame(database, terms);
  if (known !== undefined) return known;
  await insert(common(), randomUUID(), terms);
  const { id } = (await findSame(common(), terms))!;
  await insert(database, id, terms);
  return (await findSame(database, terms))!;
}

/** Registered at the provider, once. @throws what `register` throws */
export async function pricedTerms(
  { database, common }: TermsPlaces,
  terms: Terms,
  register: (terms: Terms) => Promise<string>,
): Promise<Terms> {
  if (terms.price !== null) return terms;
  const [known] = await find(common(), 'id = $1', [terms.id]);
  const price = known?.price ?? (await register(terms));
  for (const each of [common(), database]) await notePrice(each, terms, price);
  return { ...terms, price };
}

async function insert(database: Database, id: string, terms: readonly unknown[]): Promise<void> {
  await rowsOf(
    database,
    `INSERT INTO payments.plan_terms (id, provider, plan, credits, amount, currency, months, carry)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [id, ...terms],
  );
}

async function findSame(database: Database, terms: unknown[]): Promise<Terms | undefined> {
  const isSame = '(provider, plan, credits, amount, currency, months, carry) = ($1, $2, $3, $4, $5, $6, $7)';
  return (await find(database, isSame, terms))[0];
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

async function notePrice(database: Database, { id }: Terms, price: string): Promise<void> {
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
