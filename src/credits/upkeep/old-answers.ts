import type { Pool } from 'pg';
import { deleteInBatches } from './delete-in-batches.js';

/** Those that were recorded more than 24 hours ago. A claim of a request that still runs stays. */
export function deleteOldAnswers(pool: Pool, schema: string): Promise<number> {
  return deleteInBatches(pool, {
    table: `${schema}.answers`,
    where: `created_at < now() - interval '24 hours' AND (status IS NOT NULL OR claimed_until <= now())`,
    order: 'created_at',
  });
}
