import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkIntegrity } from '../../src/credits/plumbing.js';
import { signedIn } from '../support/app.js';
import { catalogue } from '../hostile/catalogue.mjs';
import { fileForm } from './product.js';
import { startProduct, type ProductProcess } from './product-process.js';

/** Milliseconds; the machine may have other things to do. */
const PATIENCE = 120_000;
const PRICES: Record<string, number> = { '/api/docx': 5, '/api/upload/audio': 2, '/api/upload/txt': 3 };
let product: ProductProcess;
let spent = 0;

beforeAll(async () => {
  product = await startProduct({ CREDIT_SIGNUP_GRANT: '1000' }, ['--max-old-space-size=1024']);
}, PATIENCE);
afterAll(() => product.close());

const ask = async (path: string, init: RequestInit = {}) =>
  fetch(new URL(path, product.url), {
    ...init,
    headers: { ...(await signedIn('attacker')), ...init.headers },
  });

/** The whole catalogue is tried by `npm run chaos -- --trial hostile-files`, with somebody else who waits. */
describe('a file made to end its reader leaves the server as it was:', () => {
  test.each(catalogue.filter(({ quick }) => quick))(
    '$name',
    async ({ route, make }) => {
      const pid = product.pid;
      const answer = await ask(route, { method: 'POST', body: fileForm(await make(), 'file') });
      const { credits, code } = (await answer.json()) as { credits: { charged: number }; code?: string };
      expect([201, 415, 422, 503]).toContain(answer.status);
      if (answer.status === 503) expect(code).toBe('overloaded');
      expect(credits.charged).toBe(answer.status === 201 ? PRICES[route] : 0);
      spent += credits.charged;
      expect([product.isUp, product.pid]).toEqual([true, pid]);
    },
    PATIENCE,
  );

  test('nothing is charged but for what was accepted, no hold is left, and the books agree', async () => {
    const { balance, held } = (await (await ask('/api/credits?refresh=true')).json()) as Record<
      string,
      number
    >;
    expect([balance, held]).toEqual([1000 - spent, 0]);
    const { differences } = await checkIntegrity(
      async (text, values) => (await product.sql.query(text, values)).rows,
    );
    expect(differences).toEqual([]);
  });
});
