import { randomUUID } from 'node:crypto';
import { openProduct, type Answer, type Product } from '../app/product.js';
import { loadEmbeddedKeys, mintToken } from '../../src/identity/index.js';
import { json } from '../admin/desk.js';

export interface Embedded extends Product {
  post(user: string, path: string, body: unknown, key?: string): Promise<Answer>;
}

/** The product as somebody has it who starts it for the first time: embedded sign-in, and the demo sells. */
export async function openEmbedded(variables: Record<string, string> = {}): Promise<Embedded> {
  const product = await openProduct({ AUTH_MODE: 'embedded', AUTH_JWT_SECRET: '', ...variables });
  const keys = await loadEmbeddedKeys(product.dataDir);
  const call: Product['call'] = async (user, path, init = {}, claims) => {
    const isAdmin = claims !== undefined;
    const headers = new Headers(init.headers);
    if (user !== null)
      headers.set('authorization', `Bearer ${await mintToken(keys, { user, admin: isAdmin })}`);
    return product.call(null, path, { ...init, headers: Object.fromEntries(headers) });
  };
  return {
    ...product,
    call,
    post: (user, path, body, key = randomUUID()) => call(user, path, json('POST', body, key)),
  };
}
