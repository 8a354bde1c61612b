import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { JWTPayload } from 'jose';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { AppModule } from '../../src/app.module.js';
import { readEnvironment } from '../../src/config/read-environment.js';
import { checkIntegrity, type Difference } from '../../src/credits/plumbing.js';
import { createApp } from '../../src/http/create-app.js';
import { SECRET, signedIn } from '../support/app.js';
import { createEmptyDatabase, createTestDatabase } from '../support/database.js';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface Product {
  app: NestFastifyApplication;
  url: string;
  dataDir: string;
  /** An operator's own connection. */
  sql: pg.Pool;
  call(user: string | null, path: string, init?: RequestInit, claims?: JWTPayload): Promise<Answer>;
  /** A wallet with so many credits, opened by hand; the user then gets no more as a newcomer. */
  open(user: string, credits: number): Promise<void>;
  balance(user: string): Promise<{ balance: number; held: number; version: number }>;
  close(): Promise<void>;
}

/** The whole product in this process, on a database and a data directory of its own. */
export async function openProduct(
  variables: Record<string, string> = {},
  requestLimitMs?: number,
): Promise<Product> {
  const database = variables['CREDIT_GROUPS'] ? await createEmptyDatabase() : await createTestDatabase();
  const databaseUrl = variables['DATABASE_URL'] ?? database.url;
  const dataDir = await mkdtemp(join(tmpdir(), 'creditgate-product-'));
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    AUTH_MODE: 'hs256',
    AUTH_JWT_SECRET: SECRET,
    CREDIT_SIGNUP_GRANT: '0',
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_MINUTE: '0',
    ...variables,
  });
  const app = await createApp(AppModule, readEnvironment(), undefined, { requestLimitMs });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const sql = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  sql.on('error', () => undefined);
  return {
    app,
    url,
    dataDir,
    sql,
    async call(user, path, init = {}, claims) {
      const authorization = user === null ? {} : await signedIn(user, claims);
      const response = await fetch(`${url}${path}`, {
        ...init,
        headers: { ...authorization, ...init.headers },
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : undefined,
      };
    },
    async open(user, credits) {
      await sql.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, $2)', [user, credits]);
    },
    async balance(user) {
      const { rows } = await sql.query(
        'SELECT balance, held, version FROM credits.wallets WHERE user_id = $1',
        [user],
      );
      return {
        balance: Number(rows[0].balance),
        held: Number(rows[0].held),
        version: Number(rows[0].version),
      };
    },
    async close() {
      await app.close();
      const differences = await differencesIn(sql);
      await sql.end();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      if (differences.length > 0) throw new Error(`the books disagree: ${JSON.stringify(differences)}`);
    },
  };
}

/** In every ledger that the database has. */
async function differencesIn(sql: pg.Pool): Promise<Difference[]> {
  const { rows } = await sql.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.proname = 'check_wallets'`,
  );
  const query = async (text: string, values: unknown[]) => (await sql.query(text, values)).rows;
  const reports = rows.map(({ schema }) => checkIntegrity(query, { schema }));
  return (await Promise.all(reports)).flatMap(({ differences }) => differences);
}

/** A multipart body with one file in the field `file`. */
export function fileForm(content: string | Uint8Array, name = 'chapter.txt'): FormData {
  const form = new FormData();
  form.append('file', new Blob([content]), name);
  return form;
}

export function upload(
  content: string | Uint8Array,
  name?: string,
  headers: Record<string, string> = {},
): RequestInit {
  return { method: 'POST', body: fileForm(content, name), headers };
}
