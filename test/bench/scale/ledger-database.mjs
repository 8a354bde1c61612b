// A database that holds the ledger and stays: DATABASE_URL's, or that of the embedded server in a folder.
import { chmod, mkdir } from 'node:fs/promises';
import pg from 'pg';
import { migrateLedger } from '../../../dist/credits/plumbing.js';
import { startBenchServer } from '../embedded-server.mjs';

/** @returns `{ url, client, close }`, the ledger's tables up to date */
export async function openLedger(dataDir) {
  const server = await openServer(dataDir);
  const client = new pg.Client({ connectionString: server.url, application_name: 'bench monitor' });
  try {
    await client.connect();
    await migrateLedger(client);
    return { url: server.url, client, close: () => client.end().finally(() => server.stop()) };
  } catch (error) {
    await client.end().catch(() => undefined);
    await server.stop();
    throw error;
  }
}

async function openServer(dataDir) {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} };
  if (dataDir === undefined)
    throw new Error('say where: --data-dir DIR for an embedded server, or DATABASE_URL');
  await mkdir(dataDir, { recursive: true });
  // As root the server runs as another user, which has to pass through this folder.
  await chmod(dataDir, 0o755);
  return startBenchServer({ dataDir, onProgress: (line) => console.error(line) });
}
