import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { CreditsService } from '../../src/credits/index.js';
import { openProduct, type Answer, type Product } from '../app/product.js';

export const ADMIN = 'root';
export const CLAIMS = { app_metadata: { role: 'admin' } };

/** The product, seen from an operator's desk. */
export interface Desk {
  product: Product;
  credits: CreditsService;
  get(path: string): Promise<Answer>;
  /** With a key of its own, unless one is given; null: without. */
  post(path: string, body: unknown, key?: string | null): Promise<Answer>;
  erase(userId: string, reason?: string): Promise<Answer>;
  /** A wallet with so many credits, and how its last entry is called. */
  customer(credits: number): Promise<{ userId: string; entryId: string }>;
}

/** A desk for each file of tests, open before the first and closed after the last, when the books must be right. */
export function openDesk(variables: Record<string, string> = {}): Desk {
  const desk = {
    get: (path: string) => desk.product.call(ADMIN, `/api/admin/${path}`, {}, CLAIMS),
    post: (path: string, body: unknown, key: string | null = randomUUID()) =>
      desk.product.call(ADMIN, `/api/admin/${path}`, json('POST', body, key), CLAIMS),
    erase: (userId: string, reason = 'asked to be forgotten') => {
      const path = `/api/admin/wallets/${encodeURIComponent(userId)}/person`;
      return desk.product.call(ADMIN, path, json('DELETE', { reason }), CLAIMS);
    },
    customer: async (credits: number) => {
      const userId = `customer-${randomUUID()}`;
      const given = { userId, credits, reason: 'bought', actor: 'shop' };
      return { userId, entryId: (await desk.credits.grant(given)).entryId };
    },
  } as Desk;
  beforeAll(async () => {
    desk.product = await openProduct(variables);
    desk.credits = desk.product.app.get(CreditsService);
  });
  afterAll(() => desk.product.close());
  return desk;
}

export function json(method: string, body: unknown, key: string | null = null): RequestInit {
  const headers = { 'content-type': 'application/json', ...(key !== null && { 'idempotency-key': key }) };
  return { method, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
