-- The holds of one wallet, or one hold, without reading the whole ledger. PostgreSQL looks for a wallet's rows by an index in
-- each part of a UNION ALL only where no part has a WHERE of its own, so what is not a hold is left out below them.
CREATE OR REPLACE VIEW holds AS
SELECT h.id, w.user_id, h.action, h.amount, h.state, h.expires_at, h.created_at, h.resolved_at,
       r.reason, h.price_version, h.charged, h.created_version, h.resolved_version, a.name AS actor, d.description
  FROM (SELECT id, wallet, action, amount, 'held'::text COLLATE "C" AS state, expires_at, created_at,
               NULL::timestamptz AS resolved_at, NULL::int AS reason, price_version, NULL::bigint AS charged,
               created_version, NULL::bigint AS resolved_version, actor
          FROM running_holds
         UNION ALL
        SELECT id, wallet, action, CASE WHEN hold_id IS NULL THEN hold_amount END, 'captured'::text COLLATE "C",
               hold_expires_at, hold_created_at, created_at, NULL, price_version, -amount, hold_version, version, actor
          FROM ledger_entries
         UNION ALL
        SELECT hold_id, wallet, action, hold_amount, 'captured'::text COLLATE "C", hold_expires_at, hold_created_at,
               created_at, NULL, price_version, -amount, hold_version, version, actor
          FROM ledger_entries
         UNION ALL
        SELECT id, wallet, action, amount, state, expires_at, created_at, resolved_at, reason, price_version, 0::bigint,
               created_version, resolved_version, actor
          FROM ended_holds) h
  JOIN wallets w ON w.number = h.wallet
  LEFT JOIN reasons r ON r.number = h.reason
  LEFT JOIN actors a ON a.number = h.actor
  LEFT JOIN descriptions d ON d.wallet = h.wallet AND d.id = h.id
 WHERE h.id IS NOT NULL AND h.amount IS NOT NULL;
