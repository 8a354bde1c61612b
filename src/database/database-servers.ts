import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Environment } from '../config/environment.js';
import { ConfigurationError, StartError, UnavailableError } from '../config/start-error.js';
import { isMade, noteMade } from '../credits/plumbing.js';
import { DatabaseServer } from './database-server.js';
import type { Migration } from './migrate.js';
import { startErrorOf } from './start-error-of.js';

/** How long the start waits for the other servers once one has answered. */
const OTHERS_WITHIN_MS = 3_000;
const TRY_AGAIN_EVERY_MS = 2_000;

const logger = new Logger('Database');

interface StartOptions {
  /** True: every server must answer. */
  needsAll?: boolean;
  /** How long to wait for them. */
  waitMs?: number;
}

type Reached = Map<DatabaseServer, Client>;

/**
 * The servers of the map. At least one of them answers, is safe and has up-to-date tables. Those that are away are
 * tried again, and their groups come with them.
 */
export class DatabaseServers implements OnApplicationShutdown {
  readonly #ready = new Map<DatabaseServer, Promise<void>>();
  readonly #there = new Set<DatabaseServer>();
  /** Stops waiting for servers. */
  readonly #over = new AbortController();

  private constructor(readonly servers: readonly DatabaseServer[]) {}

  /** @throws StartError, and what the migrations throw */
  static async start(
    { places, groupCount, dataDir }: Pick<Environment, 'places' | 'groupCount' | 'dataDir'>,
    migrations: readonly Migration[],
    { needsAll = false, waitMs }: StartOptions = {},
  ): Promise<DatabaseServers> {
    const servers: DatabaseServer[] = [];
    for (const place of places) servers.push(await DatabaseServer.at(place, groupCount, dataDir));
    const all = new DatabaseServers(servers);
    try {
      await all.#prepare(migrations, needsAll, waitMs);
      return all;
    } catch (error) {
      await all.onApplicationShutdown();
      throw error;
    }
  }

  /** A server that is there. */
  get first(): DatabaseServer {
    return this.servers.find((server) => this.#there.has(server))!;
  }

  isThere(server: DatabaseServer): boolean {
    return this.#there.has(server);
  }

  /** Resolves when the server is there, however long that takes. */
  whenThere(server: DatabaseServer): Promise<void> {
    return this.#ready.get(server)!;
  }

  async onApplicationShutdown(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.servers.map((server) => server.giveBack()));
  }

  async #prepare(migrations: readonly Migration[], needsAll: boolean, waitMs?: number): Promise<void> {
    const reached: Reached = new Map();
    const trying = new Map(
      this.servers.map((server) => [
        server,
        server.reach(this.#over.signal, waitMs).then((client) => void reached.set(server, client)),
      ]),
    );
    try {
      await this.#awaitEnough(trying, reached, () =>
        needsAll ? false : migrations.length === 0 || anyIsMade(reached),
      );
      await this.#migrate(reached, migrations);
    } finally {
      for (const client of reached.values()) await client.end().catch(() => undefined);
    }
    for (const server of this.servers) {
      const arrival = this.#there.has(server)
        ? Promise.resolve()
        : this.#arrive(server, trying.get(server)!, reached, migrations);
      this.#ready.set(server, arrival);
    }
  }

  /** The servers that answer soon; all of them at the very first start, when the groups are made. */
  async #awaitEnough(
    trying: Map<DatabaseServer, Promise<void>>,
    reached: Reached,
    mayLack: () => boolean | Promise<boolean>,
  ): Promise<void> {
    const all = Promise.allSettled(trying.values());
    const oneIsThere = Promise.any(trying.values()).then(() =>
      delay(OTHERS_WITHIN_MS, undefined, { ref: false }),
    );
    await Promise.race([all, oneIsThere.catch(() => all)]);
    if (reached.size === this.servers.length) return;
    if (await mayLack()) {
      await throwRefusals(trying, reached);
      if (reached.size > 0) return;
    }
    const refused = (await all).find((each) => each.status === 'rejected');
    if (refused === undefined) return;
    if (this.servers.length === 1 || startErrorOf(refused.reason).exitCode !== 69) throw refused.reason;
    throw new UnavailableError(
      `${(refused.reason as Error).message} (every server of DATABASE_GROUPS has to, when groups are made, migrated or backed up)`,
    );
  }

  async #migrate(reached: Reached, migrations: readonly Migration[]): Promise<void> {
    await requireDistinct(this.servers, reached);
    const wereMade = migrations.length > 0 && (await anyIsMade(reached));
    for (const [server, client] of reached) {
      if (wereMade) await server.requireGroups(client);
      await server.prepare(client, migrations);
      this.#there.add(server);
    }
    if (migrations.length === 0) return;
    for (const [server, client] of reached) await noteMade(client, server.placement);
  }

  /**
   * A server that was away when the program started. If it is not fit for use, the log says why, and it is tried
   * again.
   */
  async #arrive(
    server: DatabaseServer,
    firstTry: Promise<void>,
    reached: Reached,
    migrations: readonly Migration[],
  ): Promise<void> {
    logger.warn(
      `the groups ${server.name} are away: their users are answered 503 until their server is there`,
    );
    await firstTry.catch(() => undefined);
    let client = reached.get(server);
    for (; !this.#over.signal.aborted; client = undefined) {
      try {
        client ??= await server.reach(this.#over.signal);
        await server.requireGroups(client);
        await server.prepare(client, migrations);
        this.#there.add(server);
        logger.log(`the groups ${server.name} are there`);
        return;
      } catch (error) {
        const { message, exitCode } = startErrorOf(error);
        if (exitCode !== 69) logger.error(`the groups ${server.name} stay away: ${message}`);
        await delay(TRY_AGAIN_EVERY_MS, undefined, { ref: false });
      } finally {
        await client?.end().catch(() => undefined);
      }
    }
    // The process is closing, and nothing waits for this any more.
    await new Promise(() => undefined);
  }
}

/** Refuses one database under two addresses: everybody's books would be counted twice. @throws ConfigurationError */
async function requireDistinct(servers: readonly DatabaseServer[], reached: Reached): Promise<void> {
  const known = new Map<string, DatabaseServer>();
  for (const server of servers) {
    const client = reached.get(server);
    if (client === undefined) continue;
    const { rows } = await client.query<{ identity: string }>(IDENTITY);
    const other = known.get(rows[0]!.identity);
    if (other !== undefined) {
      throw new ConfigurationError(
        `DATABASE_GROUPS must name each database in one way: the groups ${other.name} and ${server.name} are in the same`,
      );
    }
    known.set(rows[0]!.identity, server);
  }
}

/** Every role may read this, unlike the identifier of the system. */
const IDENTITY = `
  SELECT concat_ws(' ', extract(epoch FROM pg_postmaster_start_time()), oid) AS identity
    FROM pg_database WHERE datname = current_database()`;

async function anyIsMade(reached: Reached): Promise<boolean> {
  for (const client of reached.values()) if (await isMade(client)) return true;
  return false;
}

/** A server that refuses our role or password will refuse it again. */
async function throwRefusals(trying: Map<DatabaseServer, Promise<void>>, reached: Reached): Promise<void> {
  const pending = Symbol('pending');
  for (const [server, attempt] of trying) {
    if (reached.has(server)) continue;
    const outcome = await Promise.race([attempt.catch((error: unknown) => error), Promise.resolve(pending)]);
    if (outcome instanceof StartError && outcome.exitCode !== 69) throw outcome;
  }
}
