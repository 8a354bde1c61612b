import type { PoolConfig } from 'pg';
import { migrateDatabase, withoutTimeLimits } from '../ledger/connection.js';
import type { Placement } from '../ledger/placement.js';
import { requireMade } from '../ledger/placed.js';
import { pendingInLedgers } from '../ledger/schema.js';

/**
 * auto   the start migrates the schema
 * check  the start refuses a schema that is not up to date
 * never  the start does not look
 */
export type MigrateOption = 'auto' | 'check' | 'never';

/** The schema is older than this version, and the option `migrate` is `check`. */
export class OutOfDateError extends Error {
  override name = 'OutOfDateError';
}

/** @throws OutOfDateError, OtherGroupsError, SchemaTooNewError, MissingRightError */
export async function bringUpToDate(
  connection: PoolConfig,
  migrate: MigrateOption,
  placement: Placement,
): Promise<void> {
  if (migrate === 'auto') {
    if (placement.count > 1) await withoutTimeLimits(connection, (client) => requireMade(client, placement));
    return migrateDatabase(connection, placement);
  }
  if (migrate === 'never') return;
  const pending = await withoutTimeLimits(connection, (client) => pendingInLedgers(client, placement));
  if (pending.length === 0) return;
  throw new OutOfDateError(
    `the schema "credits" lacks ${pending[0]}${pending.length > 1 ? ` and ${pending.length - 1} more` : ''}: ` +
      'run `npx creditgate migrate` with DATABASE_URL, or `migrate(client)` of creditgate/migrate, before this version starts',
  );
}
