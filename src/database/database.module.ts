import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Environment } from '../config/environment.js';
import { DataSource } from 'typeorm';
import { dataSourceOptions, openDataSource } from './data-source.js';
import { Databases } from './databases.js';
import { DatabaseServers } from './database-servers.js';
import type { Migration } from './migrate.js';
import { WalletDatabase } from './wallet-database.js';

export interface DatabaseModuleOptions {
  /** They run in this order, before the DataSource opens. */
  migrations: readonly Migration[];
}

/**
 * Nest shuts global modules down last, and among those the first one it met at the very end. This one is global and a
 * level above TypeORM's global module, so the server outlives every connection to it.
 */
@Global()
@Module({})
class DatabaseServerModule {
  static forRoot({ migrations }: DatabaseModuleOptions): DynamicModule {
    const servers = {
      provide: DatabaseServers,
      useFactory: (environment: Environment) => DatabaseServers.start(environment, migrations),
      inject: [Environment],
    };
    return { module: DatabaseServerModule, providers: [servers], exports: [servers] };
  }
}

/** Global, for every feature. It builds on TypeORM's DataSource, which is global as well. */
@Global()
@Module({
  providers: [
    {
      provide: Databases,
      inject: [DatabaseServers, DataSource],
      useFactory: (servers: DatabaseServers, first: DataSource) => Databases.open(servers, first),
    },
    WalletDatabase,
  ],
  exports: [Databases, WalletDatabase],
})
class WalletDatabaseModule {}

/**
 * Offers `WalletDatabase` to features, `Databases` to the credit system, and `DatabaseServers` for other kinds of
 * connections.
 */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    const dataSource = TypeOrmModule.forRootAsync({
      useFactory: ({ first }: DatabaseServers) => ({
        ...dataSourceOptions(first.connection, first.isPooled),
        autoLoadEntities: true,
        toRetry: () => false,
      }),
      inject: [DatabaseServers],
      dataSourceFactory: (options) => openDataSource(options!),
    });
    return {
      module: DatabaseModule,
      imports: [DatabaseServerModule.forRoot(options), dataSource, WalletDatabaseModule],
    };
  }
}
