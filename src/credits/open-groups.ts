import { Logger } from '@nestjs/common';
import type { CreditsOptions, CreditsServer } from './credits.options.js';
import { databaseOf } from './database/database-of.js';
import { LedgerDatabase } from './database/ledger-database.js';
import type { DataSourceLike } from './database/typeorm-database.js';
import { Groups } from './groups.js';
import { LedgerConnection } from './ledger-connection.js';
import type { GathererLimits } from './ledger/gatherer.js';
import { withoutTimeLimits } from './ledger/connection.js';
import { Ledger } from './ledger/ledger.js';
import { noteMade } from './ledger/placed.js';
import { allIn, schemaOf } from './ledger/placement.js';

/**
 * The groups of wallets that checked options name, each on its server. One that is not there yet joins when it is.
 *
 * @throws OutOfDateError, OtherGroupsError, SchemaTooNewError, MissingRightError
 */
export async function openGroups(
  options: Omit<CreditsOptions, 'prices'>,
  limits: Partial<GathererLimits> = {},
): Promise<Groups> {
  const { groups: count = 1, migrate, dataSource, pool, direct, pooled } = options;
  const groups = new Groups(count);
  const servers = options.servers ?? [{ dataSource, pool, direct, pooled, groups: allIn(count).here }];
  const opened: LedgerConnection[] = [];
  try {
    for (const { dataSource: given, ...server } of servers) {
      const join = async (there?: DataSourceLike) => {
        opened.push(await joinServer(groups, { ...server, dataSource: there }, migrate, limits));
      };
      if (given instanceof Promise) void joinLater(given, join, server.groups);
      else await join(given);
    }
    // From now on one that is missing is not new. Where tables are somebody else's to make, so is this.
    if (count > 1 && (migrate ?? 'auto') === 'auto' && opened.length === servers.length) {
      for (const { direct } of opened)
        await withoutTimeLimits(direct, (client) => noteMade(client, { count }));
    }
    return groups;
  } catch (error) {
    await Promise.all(opened.map((connection) => connection.close()));
    throw error;
  }
}

type Server = Omit<CreditsServer, 'dataSource'> & { dataSource?: DataSourceLike };

async function joinServer(
  groups: Groups,
  server: Server,
  migrate: CreditsOptions['migrate'],
  limits: Partial<GathererLimits>,
): Promise<LedgerConnection> {
  const { count, tally } = groups;
  const placement = { count, here: server.groups };
  const { direct, pooled } = server;
  const connection = await LedgerConnection.open(databaseOf(server), { migrate, direct, pooled, placement });
  if (groups.isClosed) {
    await connection.close();
    return connection;
  }
  for (const number of server.groups) {
    const schema = schemaOf(number, count);
    const ledger = new Ledger(
      connection.pool,
      limits,
      schema,
      connection.isPooled,
      connection.announcer,
      tally,
    );
    groups.join({ number, ledger, database: new LedgerDatabase(connection.host, schema), connection });
  }
  return connection;
}

async function joinLater(
  arriving: Promise<DataSourceLike>,
  join: (there: DataSourceLike) => Promise<void>,
  numbers: readonly number[],
): Promise<void> {
  try {
    await join(await arriving);
  } catch (error) {
    new Logger('Credits').error(`the groups ${numbers.join(', ')} stay unavailable: ${String(error)}`);
  }
}
