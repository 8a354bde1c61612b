import { Logger } from '@nestjs/common';
import type { CreditsOptions } from '../credits.options.js';
import type { HostDatabase } from './host-database.js';
import { PoolDatabase } from './pool-database.js';
import { TypeOrmDatabase } from './typeorm-database.js';

/** The database that checked options name. */
export function databaseOf({ dataSource, pool }: CreditsOptions): HostDatabase {
  if (dataSource !== undefined) return new TypeOrmDatabase(dataSource);
  const logger = new Logger('Credits');
  return new PoolDatabase(pool!, (error) => logger.warn(`connection lost: ${error.message}`));
}
