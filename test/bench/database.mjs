// One durable PostgreSQL for all contenders, and a database on it that is dropped afterwards.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const MEMORY_FILE_SYSTEMS = [0x01021994, 0x858458f6];
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'];
const SHOWN = ['server_version', ...DURABLE, 'shared_buffers', 'max_wal_size', 'wal_sync_method'];

/**
 * `DATABASE_URL` names the server, of which only a new database is used; without it an embedded one is started.
 *
 * @throws when the server could forget what it has confirmed: such a commit costs nothing and compares to nothing.
 */
export async function openDatabase() {
  const server = process.env.DATABASE_URL ? lentServer() : await ownServer();
  const name = `creditgate_bench_${randomBytes(4).toString('hex')}`;
  let monitor;
  try {
    await onServer(server.url, `CREATE DATABASE ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    monitor = await connect(url.href);
    const settings = await durableSettings(monitor);
    const names = [name];
    const another = async () => {
      const next = `${name}_${names.length}`;
      await onServer(server.url, `CREATE DATABASE ${next}`);
      names.push(next);
      url.pathname = `/${next}`;
      return url.href;
    };
    return { url: url.href, monitor, settings, another, close: () => close(server, names, monitor) };
  } catch (error) {
    await close(server, [name], monitor);
    throw error;
  }
}

async function durableSettings(monitor) {
  const { rows } = await monitor.query(
    'SELECT name, current_setting(name, true) AS value FROM unnest($1::text[]) name',
    [[...SHOWN, 'data_directory']],
  );
  const { data_directory, ...settings } = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  const off = DURABLE.filter((name) => settings[name] !== 'on');
  if (off.length > 0) throw new Error(`refused: ${off.join(', ')} must be on, or a charge is not durable`);
  if (await inMemory(data_directory)) throw new Error(`refused: ${data_directory} is kept in memory only`);
  return settings;
}

async function close(server, names, monitor) {
  try {
    await monitor?.end();
    for (const name of names) await onServer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } finally {
    await server.stop();
  }
}

function lentServer() {
  return { url: process.env.DATABASE_URL, stop: async () => {} };
}

async function ownServer() {
  const { startBenchServer } = await import('./embedded-server.mjs');
  const folder = await durableFolder('creditgate-bench-');
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const { url, stop } = await startBenchServer({ dataDir: join(folder, 'data') });
    return { url, stop: () => stop().finally(removeFolder) };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** A new folder on a disk. */
export async function durableFolder(prefix) {
  // Some systems keep /tmp in memory, where an fsync is free.
  const folder = await mkdtemp(join((await inMemory(tmpdir())) ? '/var/tmp' : tmpdir(), prefix));
  // As root the server runs as another user, which has to pass through this folder.
  await chmod(folder, 0o755);
  return folder;
}

async function inMemory(path) {
  const { type } = await statfs(path).catch(() => ({}));
  return MEMORY_FILE_SYSTEMS.includes(type);
}

async function connect(connectionString) {
  const client = new pg.Client({ connectionString, application_name: 'bench monitor' });
  await client.connect();
  return client;
}

async function onServer(url, sql) {
  const client = await connect(url);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
