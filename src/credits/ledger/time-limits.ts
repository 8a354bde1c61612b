/** For this transaction, whatever a role, a database or a server has set for people who wait. Not every version has all of them. */
export const NO_TIME_LIMITS = `
  SELECT set_config(name, '0', true) FROM pg_settings
   WHERE name IN ('lock_timeout', 'statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`;
