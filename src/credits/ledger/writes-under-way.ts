/**
 * Every transaction that has written to a wallet of this database, or waits to, and whose end nobody can see yet: what it
 * locks it keeps until its changes are visible. VACUUM and those who only read lock in other ways.
 */
export const WRITES_UNDER_WAY = `
  SELECT DISTINCT l.virtualtransaction AS transaction
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation AND c.relname = 'wallets'
   WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND l.mode IN ('RowShareLock', 'RowExclusiveLock')`;
