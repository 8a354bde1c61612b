import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { loadEmbeddedKeys, mintToken } from '../../src/identity/index.js';
import { createTestDatabase } from '../support/database.js';
import { launchBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './running-product.js';
import { Watch } from './watch.js';

/** The built product on a database of its own, and a browser in front of it. */
export interface Stage {
  /** What `npm start` printed: the page, signed in as demo. */
  address: string;
  url: string;
  /** An operator's own connection. */
  sql: pg.Pool;
  product: RunningProduct;
  browser: Browser;
  token(user: string, options?: { admin?: boolean }): Promise<string>;
  /** A browser profile of its own that is watched: see Watch. */
  profile(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** The page in a profile of its own, signed in as that user with so many credits. */
  open(
    user: string,
    options?: { credits?: number; admin?: boolean; profile?: BrowserContextOptions },
  ): Promise<Page>;
  /** Throws when a script failed or anything was asked of another server. */
  close(): Promise<void>;
}

export async function openStage(variables: Record<string, string> = {}): Promise<Stage> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'creditgate-browser-'));
  const product = await startProduct({ DATABASE_URL: database.url, DATA_DIR: dataDir, ...variables });
  const browser = await launchBrowser();
  const sql = new pg.Pool({ connectionString: database.url, max: 2 });
  sql.on('error', () => undefined);
  const url = new URL('/', product.address).href;
  const watch = new Watch(url);
  const stage: Stage = {
    address: product.address,
    url,
    sql,
    product,
    browser,
    async token(user, { admin = false } = {}) {
      return mintToken(await loadEmbeddedKeys(dataDir), { user, admin });
    },
    async profile(options) {
      const context = await browser.newContext({ locale: 'en-US', ...options });
      watch.add(context);
      return context;
    },
    async open(user, { credits, admin, profile } = {}) {
      if (credits !== undefined) {
        await sql.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, $2)', [user, credits]);
      }
      const page = await (await stage.profile(profile)).newPage();
      await page.goto(`${url}#token=${await stage.token(user, { admin })}`);
      return page;
    },
    async close() {
      await browser.close();
      await product.stop();
      await sql.end();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      watch.verdict();
    },
  };
  return stage;
}
