import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { SECRET } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';

/** The product as a process of its own: what is done to it is done to nobody else. */
export interface ProductProcess {
  /** With a slash at its end. */
  url: string;
  dataDir: string;
  pid: number;
  isUp: boolean;
  /** An operator's own connection. */
  sql: pg.Pool;
  /** Without a word of warning. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** The most it has ever had in memory; Linux alone tells. */
  peakResidentMb(): number;
  close(): Promise<void>;
}

export async function startProduct(
  variables: Record<string, string> = {},
  flags: string[] = [],
): Promise<ProductProcess> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-process-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'silent',
    AUTH_MODE: 'hs256',
    AUTH_JWT_SECRET: SECRET,
    ...variables,
  };
  const main = join(import.meta.dirname, '../../dist/main.js');
  const sql = new pg.Pool({ connectionString: database.url, max: 2 });
  sql.on('error', () => undefined);
  let child: ChildProcess;
  const end = async (signal: NodeJS.Signals) => {
    if (!product.isUp) return;
    child.kill(signal);
    await new Promise((resolve) => child.once('close', resolve));
  };
  const product: ProductProcess = {
    url: '',
    dataDir,
    get pid() {
      return child.pid!;
    },
    get isUp() {
      return child.exitCode === null && child.signalCode === null;
    },
    sql,
    kill: () => end('SIGKILL'),
    async start() {
      child = spawn(process.execPath, [...flags, main], {
        cwd: dataDir,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      product.url = await new Promise((resolve) =>
        child.stdout!.once('data', (line) => resolve(String(line).trim())),
      );
    },
    peakResidentMb() {
      if (process.platform !== 'linux') return 0;
      const kilobytes = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1];
      return Number(kilobytes) / 1024;
    },
    async close() {
      await end('SIGTERM');
      await sql.end();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await product.start();
  return product;
}
