import { Logger } from '@nestjs/common';
import type { Pool, PoolConfig } from 'pg';
import type { HostDatabase } from './host-database.js';
import { PoolDatabase } from './pool-database.js';
import { TypeOrmDatabase, type DataSourceLike } from './typeorm-database.js';

/** The database that checked options name. */
export function databaseOf({
  dataSource,
  pool,
}: {
  dataSource?: DataSourceLike;
  pool?: PoolConfig | Pool;
}): HostDatabase {
  if (dataSource !== undefined) return new TypeOrmDatabase(dataSource);
  const logger = new Logger('Credits');
  return new PoolDatabase(pool!, (error) => logger.warn(`connection lost: ${error.message}`));
}
