import type { Pool } from 'pg';
import { deleteInBatches } from './delete-in-batches.js';

/** Those of more than 30 days ago, told or not: nobody wants to hear of a low balance a year later. */
export function deleteOldEvents(pool: Pool, schema: string): Promise<number> {
  return deleteInBatches(pool, {
    table: `${schema}.outbox`,
    where: `created_at < clock_timestamp() - interval '30 days'`,
    order: 'created_at, id',
  });
}
