-- A crossing is told by the balance before and after, so no wallet has to remember whether it was told.
ALTER TABLE wallets DROP COLUMN alert_at;
