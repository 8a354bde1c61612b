import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Environment } from '../config/environment.js';
import { dataSourceOptions } from './data-source.js';
import { DatabaseServer } from './database-server.js';
import type { Migration } from './migrate.js';
import { WalletDatabase } from './wallet-database.js';

export interface DatabaseModuleOptions {
  /** In the order in which they run, before the DataSource is opened. */
  migrations: readonly Migration[];
}

/**
 * Nest shuts global modules down last, and of those the one it met first at the very end. This one is global and
 * a level above TypeORM's global module, so the server outlives every connection to it.
 */
@Global()
@Module({})
class DatabaseServerModule {
  static forRoot({ migrations }: DatabaseModuleOptions): DynamicModule {
    const server = {
      provide: DatabaseServer,
      useFactory: (environment: Environment) => DatabaseServer.start(environment, migrations),
      inject: [Environment],
    };
    return { module: DatabaseServerModule, providers: [server], exports: [server] };
  }
}

/** For every feature. It stands on TypeORM's DataSource, which is global as well. */
@Global()
@Module({ providers: [WalletDatabase], exports: [WalletDatabase] })
class WalletDatabaseModule {}

/** Offers `WalletDatabase`, TypeORM's DataSource for the credit system, and the `DatabaseServer` for connections of another kind. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    const dataSource = TypeOrmModule.forRootAsync({
      useFactory: (server: DatabaseServer) => ({
        ...dataSourceOptions(server.connection, server.isPooled),
        autoLoadEntities: true,
        // The server has just answered: it may be slow to do so again, waiting does not mend any other fault.
        toRetry: (error: Error) => /^timeout/.test(error.message),
        retryDelay: 250,
      }),
      inject: [DatabaseServer],
    });
    return {
      module: DatabaseModule,
      imports: [DatabaseServerModule.forRoot(options), dataSource, WalletDatabaseModule],
    };
  }
}
