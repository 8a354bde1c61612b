-- Credits whose money went back.

-- Of a clawback and a restore: what the wallet owes since. Null in every other entry, for it changes nothing about that.
ALTER TABLE ledger_entries ADD COLUMN owed_after bigint;

-- How much of one grant, by its entry, is taken back now, over all its clawbacks and restores together.
CREATE TABLE clawbacks (
  entry_id uuid CONSTRAINT clawbacks_pkey PRIMARY KEY,
  granted bigint NOT NULL,
  taken_back bigint NOT NULL,
  wallet int NOT NULL,
  CONSTRAINT clawbacks_within_grant CHECK (taken_back >= 0 AND taken_back <= granted)
);
CREATE INDEX clawbacks_of_wallet ON clawbacks (wallet);

-- Whoever pays what a wallet owes, nobody is named.
INSERT INTO reasons (reason) VALUES ('owed');

CREATE OR REPLACE VIEW entries AS
SELECT e.id, w.user_id, e.version, e.kind, e.amount, e.balance_after, e.held_after, e.action, r.reason,
       a.name AS actor, CASE WHEN e.hold_amount IS NOT NULL THEN COALESCE(e.hold_id, e.id) END AS hold_id,
       e.grant_id, e.reverses, e.price_version, e.created_at, d.description, e.owed_after
  FROM ledger_entries e
  JOIN wallets w ON w.number = e.wallet
  LEFT JOIN reasons r ON r.number = e.reason
  LEFT JOIN actors a ON a.number = e.actor
  LEFT JOIN descriptions d ON d.wallet = e.wallet AND d.id = e.id;

-- Its answer has a column more: what the wallet owes.
DROP FUNCTION IF EXISTS apply(operation[], boolean, text[]);
