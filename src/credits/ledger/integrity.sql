-- The books, checked from outside the ledger's own arithmetic, one page of wallets at a time: each call is one
-- statement on one snapshot, takes no lock that a charge waits for, and names every difference it finds.
-- `wallets`, `entries` and `last_user_id` speak of the whole page and repeat on every row (one row with nulls for
-- the rest when all is well), so the caller can page on. A wallet that is gone has no name any more: `#number`.
CREATE OR REPLACE FUNCTION check_wallets(after_user_id text, page_size int)
RETURNS TABLE (wallets int, entries bigint, last_user_id text, user_id text, "check" text, expected text, actual text)
LANGUAGE sql STABLE
SET search_path FROM CURRENT
-- Rows by the indexes, whatever the statistics say (a page's numbers are an array for that: a join could read a whole
-- table), and what was read is joined by hashing; a disabled plan's cost must not set off the JIT compiler.
SET enable_seqscan = off SET enable_mergejoin = off SET jit = off AS $$
  WITH page AS MATERIALIZED (
    SELECT w.number, w.user_id, w.balance, w.held, w.owed, w.version, w.epoch, w.active_holds
      FROM wallets w WHERE w.user_id > after_user_id ORDER BY w.user_id LIMIT page_size
  ), missing AS (
    SELECT DISTINCT g.wallet FROM grant_terms g
     WHERE NOT EXISTS (SELECT FROM page)
       AND NOT EXISTS (SELECT FROM wallets w WHERE w.number = g.wallet)
  ), ledger AS MATERIALIZED (
    SELECT e.wallet, e.version, e.kind, e.amount, e.balance_after, e.owed_after, e.reverses, e.hold_version,
           CASE e.kind WHEN 'charge' THEN e.amount <= 0 WHEN 'refund' THEN e.amount > 0 AND e.reverses IS NOT NULL
                       WHEN 'grant' THEN e.amount > 0 WHEN 'adjustment' THEN e.amount <> 0
                       WHEN 'expiry' THEN e.amount < 0
                       WHEN 'clawback' THEN e.amount <= 0 WHEN 'restore' THEN e.amount >= 0 ELSE false END
             AND (e.owed_after IS NULL) = (e.kind NOT IN ('clawback', 'restore'))
             AND (e.owed_after >= 0 AND (e.owed_after = 0 OR e.balance_after = e.held_after)) IS NOT FALSE
             AND e.held_after BETWEEN 0 AND e.balance_after AND (e.key IS NULL) = (e.fingerprint IS NULL)
             AND num_nulls(e.hold_amount, e.hold_version, e.hold_created_at, e.hold_expires_at) IN (0, 4)
             AND (e.hold_amount IS NULL OR e.kind = 'charge' AND -e.amount <= e.hold_amount
                  AND e.hold_version < e.version) AS sound,
           lag(e.balance_after, 1, 0::bigint) OVER (PARTITION BY e.wallet ORDER BY e.version) AS balance_before
      FROM ledger_entries e WHERE e.wallet = ANY (ARRAY(SELECT number FROM page))
  ), books AS (
    SELECT l.wallet, count(*) AS entries, sum(l.amount)::bigint AS total,
           count(*) FILTER (WHERE l.balance_before + l.amount <> l.balance_after) AS broken_links,
           count(*) FILTER (WHERE NOT l.sound) AS unsound
      FROM ledger l GROUP BY l.wallet
  ), debts AS MATERIALIZED (
    -- What a clawback took and what it left owed are together what it was for; paying what is owed moves neither sum.
    SELECT d.*, d.amount - (d.owed_after - d.owed_before) AS moved
      FROM (SELECT l.wallet, l.version, l.kind, l.amount, l.reverses, l.owed_after,
                   lag(l.owed_after, 1, 0::bigint) OVER (PARTITION BY l.wallet ORDER BY l.version) AS owed_before
              FROM ledger l WHERE l.owed_after IS NOT NULL) d
  ), owing AS (
    SELECT d.wallet, (array_agg(d.owed_after ORDER BY d.version DESC))[1] AS owed,
           count(*) FILTER (WHERE NOT CASE WHEN d.kind = 'restore' THEN d.moved > 0 AND d.owed_after <= d.owed_before
                                           WHEN d.reverses IS NULL THEN d.moved = 0 AND d.amount < 0
                                           ELSE d.moved < 0 AND d.owed_after >= d.owed_before END) AS unsound
      FROM debts d GROUP BY d.wallet
  ), running AS MATERIALIZED (
    SELECT h.wallet, h.amount, h.created_version, h.amount >= 0 AND (h.key IS NULL) = (h.fingerprint IS NULL) AS sound
      FROM running_holds h WHERE h.wallet = ANY (ARRAY(SELECT number FROM page))
  ), holds AS (
    SELECT h.wallet, sum(h.amount)::bigint AS held, count(*) AS active, count(*) FILTER (WHERE NOT h.sound) AS unsound
      FROM running h GROUP BY h.wallet
  ), ended AS MATERIALIZED (
    SELECT h.wallet, h.created_version, h.resolved_version,
           h.amount >= 0 AND h.created_version < h.resolved_version AS sound
      FROM ended_holds h WHERE h.wallet = ANY (ARRAY(SELECT number FROM page))
  ), unsound AS (
    SELECT h.wallet, count(*) AS ended FROM ended h WHERE NOT h.sound GROUP BY h.wallet
  ), versions AS (
    -- Every version is one entry or one change of a hold; a capture is both. Of holds that were let go their number
    -- and the sum of their versions are left: all of a wallet's are 1 + 2 + … + its version.
    SELECT v.wallet, count(*) AS made, max(v.version) AS newest, sum(v.version) AS total
      FROM (SELECT l.wallet, l.version FROM ledger l
             UNION ALL SELECT l.wallet, l.hold_version FROM ledger l WHERE l.hold_version IS NOT NULL
             UNION ALL SELECT h.wallet, h.created_version FROM running h
             UNION ALL SELECT h.wallet, h.created_version FROM ended h
             UNION ALL SELECT h.wallet, h.resolved_version FROM ended h) v
     GROUP BY v.wallet
  ), former AS (
    SELECT f.wallet, 2 * f.holds AS made, f.newest, f.versions AS total
      FROM former_holds f WHERE f.wallet = ANY (ARRAY(SELECT number FROM page))
  ), epochs AS (
    -- Where a layer begins or ends is an epoch that was.
    SELECT l.wallet, max(GREATEST(l.epoch, CASE WHEN l.until < 2147483647 THEN l.until END)) AS newest
      FROM grant_layers l WHERE l.wallet = ANY (ARRAY(SELECT number FROM page)) GROUP BY l.wallet
  ), layers AS (
    SELECT l.wallet, w.balance, l.height,
           sum(l.height) OVER (PARTITION BY l.wallet ORDER BY l.lapsed, g.priority DESC, g.expires_at DESC NULLS FIRST,
                                                              g.version DESC, g.part DESC) - l.height AS floor
      FROM grant_layers l JOIN grant_terms g ON g.id = l.grant_id JOIN page w ON w.number = l.wallet
     WHERE l.wallet = ANY (ARRAY(SELECT number FROM page)) AND l.until = 2147483647
  ), glass AS (
    SELECT l.wallet, sum(GREATEST(LEAST(l.balance - l.floor, l.height), 0))::bigint AS remaining
      FROM layers l GROUP BY l.wallet
  ), returned AS (
    SELECT wallet, entry_id, COALESCE(x.entered, 0) AS entered, COALESCE(r.refunded, 0) AS refunded
      FROM (SELECT l.wallet, l.reverses AS entry_id, sum(l.amount)::bigint AS entered
              FROM ledger l WHERE l.kind = 'refund' GROUP BY l.wallet, l.reverses) x
      FULL JOIN (SELECT r.wallet, r.entry_id, r.refunded FROM refunds r WHERE r.wallet = ANY (ARRAY(SELECT number FROM page))) r
     USING (wallet, entry_id)
  ), taken_back AS (
    SELECT wallet, entry_id, COALESCE(x.entered, 0) AS entered, COALESCE(c.taken_back, 0) AS taken_back
      FROM (SELECT d.wallet, d.reverses AS entry_id, -sum(d.moved)::bigint AS entered
              FROM debts d WHERE d.reverses IS NOT NULL GROUP BY d.wallet, d.reverses) x
      FULL JOIN (SELECT c.wallet, c.entry_id, c.taken_back FROM clawbacks c WHERE c.wallet = ANY (ARRAY(SELECT number FROM page))) c
     USING (wallet, entry_id)
  ), checks AS (
    SELECT w.user_id, c."check", c.expected, c.actual
      FROM page w
      LEFT JOIN books b ON b.wallet = w.number
      LEFT JOIN holds h ON h.wallet = w.number
      LEFT JOIN unsound u ON u.wallet = w.number
      LEFT JOIN versions v ON v.wallet = w.number
      LEFT JOIN former f ON f.wallet = w.number
      LEFT JOIN glass g ON g.wallet = w.number
      LEFT JOIN epochs p ON p.wallet = w.number
      LEFT JOIN owing o ON o.wallet = w.number
     CROSS JOIN LATERAL (VALUES
       ('balance_is_sum_of_entries', COALESCE(b.total, 0), w.balance),
       ('held_is_sum_of_holds', COALESCE(h.held, 0), w.held),
       ('active_holds', COALESCE(h.active, 0), w.active_holds),
       ('balance_is_sum_of_grants', COALESCE(g.remaining, 0), w.balance),
       ('versions_without_gap', COALESCE(v.made, 0) + COALESCE(f.made, 0), w.version),
       ('sum_of_versions', COALESCE(v.total, 0) + COALESCE(f.total, 0), w.version::numeric * (w.version + 1) / 2),
       ('newest_epoch', GREATEST(p.newest, w.epoch), w.epoch),
       ('newest_version', GREATEST(v.newest, f.newest, 0), w.version),
       ('broken_balance_chain', 0, COALESCE(b.broken_links, 0)),
       ('unsound_entries', 0, COALESCE(b.unsound, 0) + COALESCE(o.unsound, 0)),
       ('owed_is_what_entries_left', COALESCE(o.owed, 0), w.owed),
       ('nothing_available_while_owing', 0, CASE WHEN w.owed <> 0 THEN w.balance - w.held ELSE 0 END),
       ('unsound_holds', 0, COALESCE(h.unsound, 0) + COALESCE(u.ended, 0)),
       ('held_within_balance', LEAST(GREATEST(w.held, 0), w.balance), w.held)) AS c ("check", expected, actual)
     WHERE c.expected <> c.actual
     UNION ALL
    SELECT w.user_id, 'refunds_of_' || r.entry_id, r.entered, r.refunded
      FROM returned r JOIN page w ON w.number = r.wallet WHERE r.entered <> r.refunded
     UNION ALL
    SELECT w.user_id, 'clawbacks_of_' || c.entry_id, c.entered, c.taken_back
      FROM taken_back c JOIN page w ON w.number = c.wallet WHERE c.entered <> c.taken_back
     UNION ALL
    SELECT '#' || m.wallet, 'wallet_is_there', 1, 0 FROM missing m
  )
  SELECT (SELECT count(*) FROM page)::int, (SELECT COALESCE(sum(b.entries), 0) FROM books b)::bigint,
         (SELECT max(w.user_id) FROM page w), c.user_id, c."check", trunc(c.expected)::text, trunc(c.actual)::text
    FROM (SELECT) one LEFT JOIN checks c ON true
$$;
