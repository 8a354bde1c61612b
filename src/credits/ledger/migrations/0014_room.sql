-- Room for what a wallet may owe, for the balance at which somebody is told, and for who works and on what.

-- owed      what a wallet owes: what comes in pays it first, and nothing is available meanwhile
-- alert_at  the balance below which the next change tells somebody; null: nobody is told
ALTER TABLE wallets
  ADD COLUMN owed bigint NOT NULL DEFAULT 0,
  ADD COLUMN alert_at bigint,
  -- Still the one check: PostgreSQL parses each of them anew for every statement that writes to its table.
  DROP CONSTRAINT wallets_held_within_balance,
  ADD CONSTRAINT wallets_held_within_balance
    CHECK (held >= 0 AND held <= balance AND owed >= 0 AND (owed = 0 OR balance = held));

-- actor  who had the work begun, where it is not the user of the wallet; the charge says it too
-- owner  the worker or process that keeps the hold, in a word of its own
ALTER TABLE running_holds ADD COLUMN actor int, ADD COLUMN owner text;
ALTER TABLE ended_holds ADD COLUMN actor int;

-- What a hold or a charge was for, such as the name of a file: by its id, which a hold and its charge share. Free text
-- may name anybody, so it stands here, where an erasure deletes it, and not in the entry.
CREATE TABLE descriptions (
  wallet int NOT NULL,
  id uuid NOT NULL,
  description text NOT NULL,
  CONSTRAINT descriptions_pkey PRIMARY KEY (wallet, id)
);

ALTER TYPE operation ADD ATTRIBUTE description text, ADD ATTRIBUTE owner text;

CREATE OR REPLACE VIEW entries AS
SELECT e.id, w.user_id, e.version, e.kind, e.amount, e.balance_after, e.held_after, e.action, r.reason,
       a.name AS actor, CASE WHEN e.hold_amount IS NOT NULL THEN COALESCE(e.hold_id, e.id) END AS hold_id,
       e.grant_id, e.reverses, e.price_version, e.created_at, d.description
  FROM ledger_entries e
  JOIN wallets w ON w.number = e.wallet
  LEFT JOIN reasons r ON r.number = e.reason
  LEFT JOIN actors a ON a.number = e.actor
  LEFT JOIN descriptions d ON d.wallet = e.wallet AND d.id = e.id;

CREATE OR REPLACE VIEW holds AS
SELECT h.id, w.user_id, h.action, h.amount, h.state, h.expires_at, h.created_at, h.resolved_at,
       r.reason, h.price_version, h.charged, h.created_version, h.resolved_version, a.name AS actor, d.description
  FROM (SELECT id, wallet, action, amount, 'held'::text COLLATE "C" AS state, expires_at, created_at,
               NULL::timestamptz AS resolved_at, NULL::int AS reason, price_version, NULL::bigint AS charged,
               created_version, NULL::bigint AS resolved_version, actor
          FROM running_holds
         UNION ALL
        SELECT id, wallet, action, hold_amount, 'captured'::text COLLATE "C", hold_expires_at, hold_created_at,
               created_at, NULL, price_version, -amount, hold_version, version, actor
          FROM ledger_entries WHERE hold_amount IS NOT NULL AND hold_id IS NULL
         UNION ALL
        SELECT hold_id, wallet, action, hold_amount, 'captured'::text COLLATE "C", hold_expires_at, hold_created_at,
               created_at, NULL, price_version, -amount, hold_version, version, actor
          FROM ledger_entries WHERE hold_amount IS NOT NULL AND hold_id IS NOT NULL
         UNION ALL
        SELECT id, wallet, action, amount, state, expires_at, created_at, resolved_at, reason, price_version, 0::bigint,
               created_version, resolved_version, actor
          FROM ended_holds) h
  JOIN wallets w ON w.number = h.wallet
  LEFT JOIN reasons r ON r.number = h.reason
  LEFT JOIN actors a ON a.number = h.actor
  LEFT JOIN descriptions d ON d.wallet = h.wallet AND d.id = h.id;
