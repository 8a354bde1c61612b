-- The books, checked from outside the ledger's own arithmetic, one page of wallets at a time: each call is one
-- statement on one snapshot, takes no lock that a charge waits for, and names every difference it finds.
-- `wallets`, `entries` and `last_user_id` speak of the whole page and repeat on every row (one row with nulls for
-- the rest when all is well), so the caller can page on.
CREATE OR REPLACE FUNCTION credits.check_wallets(after_user_id text, page_size int)
RETURNS TABLE (wallets int, entries bigint, last_user_id text, user_id text, "check" text, expected text, actual text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
-- By the indexes, whatever the statistics say; and a disabled plan's cost must not set off the JIT compiler.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
  WITH page AS MATERIALIZED (
    -- Whoever has a wallet, or was given credits once: a deleted wallet is missed too.
    SELECT u.user_id, w.user_id IS NOT NULL AS has_wallet, COALESCE(w.balance, 0) AS balance,
           COALESCE(w.held, 0) AS held, COALESCE(w.version, 0) AS version, w.epoch, COALESCE(w.active_holds, 0) AS active_holds
      FROM (SELECT x.user_id FROM (SELECT user_id FROM credits.wallets WHERE user_id > after_user_id
                                    ORDER BY user_id LIMIT page_size) x
             UNION
            SELECT y.user_id FROM (SELECT DISTINCT user_id FROM credits.grant_terms WHERE user_id > after_user_id
                                    ORDER BY user_id LIMIT page_size) y
             ORDER BY user_id LIMIT page_size) u
      LEFT JOIN credits.wallets w ON w.user_id = u.user_id
  ), ledger AS MATERIALIZED (
    SELECT e.user_id, e.version, e.amount, e.balance_after, e.reverses,
           CASE e.kind WHEN 'charge' THEN e.amount <= 0 WHEN 'refund' THEN e.amount > 0 AND e.reverses IS NOT NULL
                       WHEN 'grant' THEN e.amount > 0 WHEN 'adjustment' THEN e.amount <> 0
                       WHEN 'expiry' THEN e.amount < 0 ELSE false END
             AND e.held_after BETWEEN 0 AND e.balance_after AND (e.key IS NULL) = (e.fingerprint IS NULL) AS sound,
           lag(e.balance_after, 1, 0::bigint) OVER (PARTITION BY e.user_id ORDER BY e.version) AS balance_before
      FROM page w JOIN credits.entries e ON e.user_id = w.user_id
  ), books AS (
    SELECT l.user_id, count(*) AS entries, sum(l.amount)::bigint AS total,
           count(*) FILTER (WHERE l.balance_before + l.amount <> l.balance_after) AS broken_links,
           count(*) FILTER (WHERE NOT l.sound) AS unsound
      FROM ledger l GROUP BY l.user_id
  ), work AS MATERIALIZED (
    SELECT h.user_id, h.amount, h.state, h.created_version, h.resolved_version,
           h.amount >= 0 AND h.state IN ('held', 'captured', 'released', 'expired')
             AND (h.state = 'held') = (h.resolved_at IS NULL) AND (h.state = 'held') = (h.resolved_version IS NULL)
             AND (h.key IS NULL) = (h.fingerprint IS NULL) AS sound
      FROM page w JOIN credits.holds h ON h.user_id = w.user_id
  ), holds AS (
    SELECT h.user_id, COALESCE(sum(h.amount) FILTER (WHERE h.state = 'held'), 0)::bigint AS held,
           count(*) FILTER (WHERE h.state = 'held') AS active, count(*) FILTER (WHERE NOT h.sound) AS unsound
      FROM work h GROUP BY h.user_id
  ), versions AS (
    -- Every version is one entry or one change of a hold; a capture is both.
    SELECT v.user_id, count(*) AS made, max(v.version) AS newest
      FROM (SELECT l.user_id, l.version FROM ledger l
             UNION SELECT h.user_id, h.created_version FROM work h
             UNION SELECT h.user_id, h.resolved_version FROM work h WHERE h.resolved_version IS NOT NULL) v
     GROUP BY v.user_id
  ), glass AS (
    SELECT l.user_id, sum(GREATEST(LEAST(w.balance - l.floor, l.height), 0))::bigint AS remaining
      FROM page w JOIN credits.grant_layers l ON l.user_id = w.user_id AND l.epoch = w.epoch GROUP BY l.user_id
  ), returned AS (
    SELECT user_id, entry_id, COALESCE(x.entered, 0) AS entered, COALESCE(r.refunded, 0) AS refunded
      FROM (SELECT l.user_id, l.reverses AS entry_id, sum(l.amount)::bigint AS entered
              FROM ledger l WHERE l.reverses IS NOT NULL GROUP BY l.user_id, l.reverses) x
      FULL JOIN (SELECT r.user_id, r.entry_id, r.refunded FROM page w JOIN credits.refunds r ON r.user_id = w.user_id) r
     USING (user_id, entry_id)
  ), checks AS (
    SELECT w.user_id, c."check", c.expected, c.actual
      FROM page w
      LEFT JOIN books b ON b.user_id = w.user_id
      LEFT JOIN holds h ON h.user_id = w.user_id
      LEFT JOIN versions v ON v.user_id = w.user_id
      LEFT JOIN glass g ON g.user_id = w.user_id
     CROSS JOIN LATERAL (VALUES
       ('wallet_is_there', 1, w.has_wallet::int),
       ('balance_is_sum_of_entries', COALESCE(b.total, 0), w.balance),
       ('held_is_sum_of_holds', COALESCE(h.held, 0), w.held),
       ('active_holds', COALESCE(h.active, 0), w.active_holds),
       ('balance_is_sum_of_grants', COALESCE(g.remaining, 0), w.balance),
       ('versions_without_gap', COALESCE(v.made, 0), w.version),
       ('newest_version', COALESCE(v.newest, 0), w.version),
       ('broken_balance_chain', 0, COALESCE(b.broken_links, 0)),
       ('unsound_entries', 0, COALESCE(b.unsound, 0)),
       ('unsound_holds', 0, COALESCE(h.unsound, 0)),
       ('held_within_balance', LEAST(GREATEST(w.held, 0), w.balance), w.held)) AS c ("check", expected, actual)
     WHERE c.expected <> c.actual
     UNION ALL
    SELECT r.user_id, 'refunds_of_' || r.entry_id, r.entered, r.refunded FROM returned r WHERE r.entered <> r.refunded
     UNION ALL
    SELECT e.user_id, 'entry_of_captured_hold_' || h.hold_id, 1, e.entries
      FROM (SELECT h.id AS hold_id, h.user_id FROM page w
              JOIN credits.holds h ON h.user_id = w.user_id AND h.state = 'captured') h
     CROSS JOIN LATERAL (
       SELECT h.user_id, count(*) AS entries FROM credits.entries e
        WHERE e.user_id = h.user_id AND e.hold_id = h.hold_id
          AND e.version = (SELECT x.resolved_version FROM credits.holds x WHERE x.id = h.hold_id)) e
     WHERE e.entries <> 1
  )
  SELECT (SELECT count(*) FROM page WHERE has_wallet)::int, (SELECT COALESCE(sum(b.entries), 0) FROM books b)::bigint,
         (SELECT max(w.user_id) FROM page w), c.user_id, c."check", c.expected::text, c.actual::text
    FROM (SELECT) one LEFT JOIN checks c ON true
$$;
