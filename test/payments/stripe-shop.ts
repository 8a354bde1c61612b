import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { json } from '../admin/desk.js';
import { openProduct, type Answer, type Product } from '../app/product.js';
import { PurchaseSweeper } from '../../src/payments/index.js';
import { StripeDouble, WEBHOOK_SECRET, type DoubleEvent } from '../support/stripe-double.js';

const ADMIN = { app_metadata: { role: 'admin' } };

export const PACKS = {
  CREDIT_PACK_STARTER: '500 for 5.00 EUR',
  CREDIT_PACK_STUDIO: '2500 for 20.00 EUR',
  CREDIT_PACK_YEAR: '500 for 5.00 EUR, for 12 months',
};

/** A product that sells by Stripe, and what happens at the other side of the counter. */
export class StripeShop {
  private constructor(
    readonly product: Product,
    readonly stripe: StripeDouble,
  ) {}

  static async open(variables: Record<string, string> = {}): Promise<StripeShop> {
    const stripe = await StripeDouble.open();
    return new StripeShop(await openProduct(sellingThrough(stripe, variables)), stripe);
  }

  /** A second instance, on the same database. */
  async another(variables: Record<string, string> = {}): Promise<StripeShop> {
    const { options } = this.product.sql;
    const same = { DATABASE_URL: options.connectionString!, DATA_DIR: this.product.dataDir };
    return new StripeShop(
      await openProduct(sellingThrough(this.stripe, { ...same, ...variables })),
      this.stripe,
    );
  }

  async close(): Promise<void> {
    await this.product.close();
    await this.stripe.close();
  }

  /** The answer of 201, and what Stripe calls the checkout. */
  async begin(user: string, offer = 'STARTER'): Promise<{ id: string; ref: string; url: string }> {
    const { body, status } = await this.buy(user, offer);
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return { ...body, ref: new URL(body.url).pathname.slice(1) };
  }

  buy(user: string, offer = 'STARTER', key: string = randomUUID()): Promise<Answer> {
    return this.product.call(user, '/api/credits/purchases', json('POST', { offer }, key));
  }

  async bought(user: string, offer?: string): Promise<{ id: string; ref: string }> {
    const purchase = await this.begin(user, offer);
    this.stripe.pay(purchase.ref);
    await this.look(user, purchase.id);
    return purchase;
  }

  /** The buyer is back. */
  async look(user: string, id: string) {
    return (await this.product.call(user, `/api/credits/purchases/${id}`)).body;
  }

  /** Whatever its state: an operator's look. */
  lookAgain(id: string): Promise<Answer> {
    return this.admin('POST', `purchases/${id}/look`, {});
  }

  admin(method: string, path: string, body?: unknown, key: string | null = randomUUID()): Promise<Answer> {
    const init = body === undefined ? {} : json(method, body, key);
    return this.product.call('root', `/api/admin/${path}`, init, ADMIN);
  }

  refund(id: string, what: { amount: number } | { unused: true }, key?: string): Promise<Answer> {
    return this.admin('POST', `purchases/${id}/refund`, { ...what, reason: 'asked for it' }, key);
  }

  erase(user: string): Promise<Answer> {
    return this.admin('DELETE', `wallets/${user}/person`, { reason: 'asked to be forgotten' }, null);
  }

  /** Answers the statuses. */
  deliver(events: readonly DoubleEvent[]): Promise<number[]> {
    return Promise.all(events.map((event) => this.post(this.stripe.signed(event))));
  }

  async post(init: RequestInit): Promise<number> {
    return (await fetch(`${this.product.url}/api/payments/events`, init)).status;
  }

  /** What of the wallet expires at all has expired: by a hand that only an owner of the tables has. */
  lapse(user: string): Promise<void> {
    return this.lapseBefore(user, '1000 years');
  }

  /** What expires within that time. */
  lapseBefore(user: string, within: string): Promise<void> {
    return this.#asOwner(
      user,
      (wallet) => `
        UPDATE credits.grant_terms SET expires_at = clock_timestamp() - interval '1 second'
         WHERE expires_at < clock_timestamp() + interval '${within}' AND wallet = ${wallet};`,
    );
  }

  /** What comes and goes with time is so much nearer, or longer ago. */
  later(user: string, time: string): Promise<void> {
    return this.#asOwner(
      user,
      (wallet) => `
        UPDATE credits.grant_terms SET expires_at = expires_at - interval '${time}' WHERE wallet = ${wallet};
        UPDATE credits.allowance_terms
           SET anchor = anchor - interval '${time}', next_at = next_at - interval '${time}'
         WHERE wallet = ${wallet};`,
    );
  }

  async #asOwner(user: string, edits: (wallet: string) => string): Promise<void> {
    const wallet = `(SELECT number FROM credits.wallets WHERE user_id = ${pg.escapeLiteral(user)})`;
    // Everybody begins with a wallet: before this or after it, never in the middle, for that would be a deadlock.
    const tables = ['grant_terms', 'allowance_terms', 'wallets'];
    const triggers = (how: string) =>
      tables.map((table) => `ALTER TABLE credits.${table} ${how} TRIGGER USER;`);
    await this.product.sql.query(`
      BEGIN; LOCK TABLE credits.wallets IN ACCESS EXCLUSIVE MODE; ${triggers('DISABLE').join('')} ${edits(wallet)}
      UPDATE credits.wallets SET due_at = clock_timestamp() WHERE number = ${wallet};
      ${triggers('ENABLE').join('')} COMMIT`);
  }

  sweep(): Promise<void> {
    return this.product.app.get(PurchaseSweeper).sweep({ all: true });
  }

  async wallet(user: string): Promise<{ available: number; owed: number; held: number }> {
    const { available, owed = 0, held } = (await this.product.call(user, '/api/credits?refresh=true')).body;
    return { available, owed, held };
  }

  /** `grant 500, charge -3`: the whole history of a wallet, first one first. */
  async entries(user: string): Promise<string[]> {
    const { body } = await this.product.call(user, '/api/credits/history?limit=200');
    return body.data
      .map((entry: { kind: string; amount: number }) => `${entry.kind} ${entry.amount}`)
      .reverse();
  }
}

/** What a product needs to sell through the double. */
export function sellingThrough(
  stripe: StripeDouble,
  variables: Record<string, string> = {},
): Record<string, string> {
  return {
    PAYMENTS: 'stripe',
    PUBLIC_URL: 'https://app.example',
    STRIPE_SECRET_KEY: 'sk_test_x',
    STRIPE_API_URL: stripe.url,
    STRIPE_WEBHOOK_SECRET: `whsec_of_last_year ${WEBHOOK_SECRET}`,
    ...PACKS,
    ...variables,
  };
}

export const somebody = () => `buyer-${randomUUID()}`;
