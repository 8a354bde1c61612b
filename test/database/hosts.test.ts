import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { clientOf } from '../../src/credits/plumbing.js';
import { fateOfSettings } from '../../src/credits/ledger/pooler.js';
import { mayHaveHappened, troubleOf } from '../../src/credits/ledger/failures.js';
import { connectionTo, type Connection } from '../../src/database/hosts/connection-to.js';
import { Hosts } from '../../src/database/hosts/hosts.js';
import { PrimaryClient } from '../../src/database/hosts/primary-client.js';
import { FILE_NAME, FormerPrimaryError, Timelines } from '../../src/database/hosts/timelines.js';
import { makeOwnServer, type OwnServer } from './own-server.js';
import { sql } from './processes.js';

let primary: OwnServer;
let standby: OwnServer;
let folder: string;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  [primary, standby] = await Promise.all([makeOwnServer(), makeOwnServer()]);
  standby.makeStandby();
  await Promise.all([primary.start(), standby.start()]);
  folder = mkdtempSync(join(tmpdir(), 'creditgate-hosts-'));
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  rmSync(join(folder, FILE_NAME), { force: true });
});

afterAll(async () => {
  await Promise.all([primary.stop(), standby.stop()]);
  for (const server of [primary, standby]) server.remove();
  rmSync(folder, { recursive: true, force: true });
});

const portOf = ({ url }: OwnServer) => Number(new URL(url).port);

/** Of both, or of a port where nobody is: of the user and password of the last server that is named. */
function severalHosts(...hosts: (OwnServer | number)[]): string {
  const { username, password } = new URL(hosts.find((host) => typeof host !== 'number')!.url);
  const named = hosts.map((host) => `127.0.0.1:${typeof host === 'number' ? host : portOf(host)}`);
  return `postgresql://${username}:${password}@${named.join(',')}/postgres?target_session_attrs=read-write`;
}

const connectTo = (url: string) => connectionTo(url, new Timelines(folder));

function poolOf(connection: Connection): pg.Pool {
  const pool = new pg.Pool({ ...connection, connectionTimeoutMillis: 3_000 });
  pool.on('error', () => undefined);
  pools.push(pool);
  return pool;
}

async function answeredBy(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ port: number }>(`SELECT current_setting('port')::int AS port`);
  return rows[0]!.port;
}

async function systemOf({ url }: OwnServer): Promise<string> {
  const [row] = await sql(url, 'SELECT system_identifier::text AS system FROM pg_control_system()');
  return row!['system'] as string;
}

describe('an address of several hosts', () => {
  test('leads to the one that takes writes, wherever it stands in it', async () => {
    // Both have the password of their own; here only the one that answers counts.
    for (const url of [severalHosts(1, primary), severalHosts(primary, 1)]) {
      expect(await answeredBy(poolOf(connectTo(url)))).toBe(portOf(primary));
      expect(await fateOfSettings(connectTo(url))).toBe('heard');
    }
  });

  test('never leads to a standby', async () => {
    const failed = await answeredBy(poolOf(connectTo(severalHosts(standby, 1)))).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({
      message: expect.stringMatching(/no host takes writes \(.*: a standby, .*ECONNREFUSED\)/),
    });
    expect([troubleOf(failed), mayHaveHappened(failed)]).toEqual(['credits_unavailable', false]);
  });

  test('leads elsewhere after its primary is gone and another host is one', async () => {
    const pool = poolOf(connectTo(severalHosts(standby, 1)));
    await expect(answeredBy(pool)).rejects.toThrow('no host takes writes');
    await sql(standby.url, 'SELECT pg_promote()');
    expect(await answeredBy(pool)).toBe(portOf(standby));
  });
});

describe('a connection that cannot be made in time, or breaks while it is made', () => {
  test('takes no place in a pool for ever', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const connection = connectTo(severalHosts(port, primary));
    const pool = new pg.Pool({ ...connection, max: 1, connectionTimeoutMillis: 200 });
    pools.push(pool);
    await expect(answeredBy(pool)).rejects.toThrow(/connection timeout/);
    expect(pool.totalCount).toBe(0);
    expect(await answeredBy(pool)).toBe(portOf(primary));
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('ends no process', async () => {
    const hosts = {
      ...{ addresses: [primary.url], primary: async () => primary.url, doubt: () => undefined },
      admit: async (client: pg.Client) => {
        client.connection.stream.destroy();
        await client.query('SELECT 1');
      },
    };
    const client = new PrimaryClient({ connectionString: primary.url }, hosts as unknown as Hosts);
    await expect(client.connect()).rejects.toThrow('Connection terminated');
  });
});

describe('a server on an older timeline than was seen of it', () => {
  const seen = async (timeline: number) =>
    writeFileSync(join(folder, FILE_NAME), JSON.stringify({ [await systemOf(primary)]: timeline }));

  test('is refused, by a pool and by one connection, as trouble that may pass', async () => {
    await seen(7);
    const connection = connectTo(primary.url);
    for (const refused of [() => clientOf(connection).connect(), () => answeredBy(poolOf(connection))]) {
      const error = await refused().catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: 'FormerPrimaryError',
        message: expect.stringMatching(/on timeline 1 where 7 was seen.*remove .*timelines.json/),
      });
      expect([troubleOf(error), mayHaveHappened(error)]).toEqual(['credits_unavailable', false]);
    }
  });

  test('is one of this server: what was seen of another one does not count', async () => {
    writeFileSync(join(folder, FILE_NAME), JSON.stringify({ '7000000000000000000': 7 }));
    expect(await answeredBy(poolOf(connectTo(primary.url)))).toBe(portOf(primary));
    expect(JSON.parse(readFileSync(join(folder, FILE_NAME), 'utf8'))).toEqual({
      '7000000000000000000': 7,
      [await systemOf(primary)]: 1,
    });
  });

  test('is refused also when another process has seen the later one meanwhile', async () => {
    const connection = connectTo(primary.url);
    expect(await answeredBy(poolOf(connection))).toBe(portOf(primary));
    await seen(2);
    await expect(answeredBy(poolOf(connection))).rejects.toThrow('former primary');
  });

  test('is not chosen where the present one is slower to answer', async () => {
    const ignore = () => undefined;
    const slow = createServer((socket) => {
      socket.on('error', ignore).pause();
      const there = connect(portOf(primary), '127.0.0.1').on('error', ignore);
      setTimeout(() => socket.pipe(there).pipe(socket), 800);
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const present = Object.assign(new URL(primary.url), { port: String(port) }).href;
    const timelines = new Timelines();
    jest.spyOn(timelines, 'refuseFormer').mockImplementationOnce(() => {
      throw new FormerPrimaryError('Not connected: the server is a former primary');
    });
    const hosts = new Hosts([primary.url, present], timelines);
    expect(await hosts.primary()).toBe(present);
    slow.close();
  });

  test('loses its connections when the later one is met, also where another process has met that before', async () => {
    const timelines = new Timelines(folder);
    const hosts = new Hosts([primary.url], timelines);
    const connected = (timeline: number) => {
      const rows = (sql: string) =>
        /pg_control_system/.test(sql)
          ? [{ system: '7', timeline: String(timeline) }]
          : [{ takes_writes: true, standby: false }];
      const connection = { stream: { destroy: jest.fn() } };
      return Object.assign(new EventEmitter(), {
        connection,
        query: async (sql: string) => ({ rows: rows(sql) }),
      });
    };
    const [former, present] = [connected(1), connected(2)];
    await hosts.admit(former as unknown as pg.Client);
    writeFileSync(join(folder, FILE_NAME), JSON.stringify({ 7: 2 }));
    await hosts.admit(present as unknown as pg.Client);
    const ended = [former, present].map(({ connection }) => connection.stream.destroy.mock.calls.length);
    expect(ended).toEqual([1, 0]);
  });
});
