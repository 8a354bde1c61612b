import type { OnApplicationShutdown } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { CreditsUnavailableError, type CreditsServer } from '../credits/index.js';
import { dataSourceOptions, openDataSource } from './data-source.js';
import type { DatabaseServer } from './database-server.js';
import type { DatabaseServers } from './database-servers.js';

/** TypeORM's connections to the servers of the map. */
export class Databases implements OnApplicationShutdown {
  readonly #there: (DataSource | undefined)[];
  readonly #coming = new Map<DatabaseServer, Promise<DataSource>>();
  readonly #own: DataSource[] = [];

  private constructor(
    private readonly servers: DatabaseServers,
    readonly groupCount: number,
  ) {
    this.#there = new Array<undefined>(groupCount).fill(undefined);
  }

  /** `first`: the connection to the first server that answered; the module owns it. */
  static async open(servers: DatabaseServers, first: DataSource): Promise<Databases> {
    const { entities } = first.options;
    const all = new Databases(servers, servers.first.placement.count);
    for (const server of servers.servers) {
      const open = async () => {
        if (server === servers.first) return first;
        const options = { ...dataSourceOptions(server.connection, server.isPooled), entities };
        const dataSource = await openDataSource(options);
        all.#own.push(dataSource);
        return dataSource;
      };
      if (servers.isThere(server)) all.#take(server, await open());
      else all.#coming.set(server, all.#await(server, open));
    }
    return all;
  }

  /** The connection of a group. @throws CreditsUnavailableError until its server is there */
  of(group: number): EntityManager {
    const dataSource = this.#there[group];
    if (dataSource === undefined) throw new CreditsUnavailableError();
    return dataSource.manager;
  }

  /** All of them. @throws CreditsUnavailableError while one is missing */
  all(): EntityManager[] {
    return this.groups.map((group) => this.of(group));
  }

  /** The connections that were made, even if their server is away now. */
  present(): EntityManager[] {
    return this.groups.flatMap((group) => this.#there[group]?.manager ?? []);
  }

  /** Resolves once the last server that was missing at the start is there; undefined: none was missing. */
  whenAllThere(): Promise<unknown> | undefined {
    return this.#coming.size === 0 ? undefined : Promise.all(this.#coming.values());
  }

  /** One group of each server: `of` finds the server by it, or says that it has not been there yet. */
  get groups(): number[] {
    return this.servers.servers.map(({ placement }) => placement.here[0]!);
  }

  /** In the form that the credit system takes. */
  forCredits(): CreditsServer[] {
    return this.servers.servers.map((server) => ({
      groups: server.placement.here,
      dataSource: this.#coming.get(server) ?? this.#there[server.placement.here[0]!]!,
      direct: server.direct === server.connection ? undefined : server.direct,
      // For a server that is away, this is found out when it comes.
      pooled: this.servers.isThere(server) ? server.isPooled : undefined,
    }));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#own.map((dataSource) => dataSource.destroy()));
  }

  async #await(server: DatabaseServer, open: () => Promise<DataSource>): Promise<DataSource> {
    await this.servers.whenThere(server);
    const dataSource = await open();
    this.#take(server, dataSource);
    return dataSource;
  }

  #take(server: DatabaseServer, dataSource: DataSource): void {
    for (const group of server.placement.here) this.#there[group] = dataSource;
  }
}
