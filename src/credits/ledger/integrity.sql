-- Check the books without the ledger's own arithmetic, one page of wallets at a time. Each call is one statement on
-- one snapshot, takes no lock that a charge waits for, and names every difference it finds.
-- `wallets`, `entries` and `last_number` describe the whole page and repeat on every row, so that the caller can page
-- on; if all is well there is one row, with nulls for the rest. Pages go by the wallets' numbers: in every index the
-- rows of a page lie side by side, and none lie between two pages. A wallet that is gone has no name any more and is
-- called `#number`.
-- Whatever stands in a column must be reported and must not stop the check. So a value that could overflow is
-- computed as numeric, or is first checked for being below 0, because the difference of two values that are not
-- always fits. A sum beyond what a balance can be stands as 9e18 in a list of bigint.
CREATE OR REPLACE FUNCTION check_wallets(after_number int, page_size int)
RETURNS TABLE (wallets int, entries bigint, last_number int, user_id text, "check" text, expected text, actual text)
LANGUAGE sql STABLE
SET search_path FROM CURRENT
-- Whatever the statistics say, rows are read by the indexes in index order and hash-joined in the order written here:
-- a page reads its own rows, once each. The plan is kept, because planning takes a tenth of a page's time. JIT is
-- off, because the penalty cost of a disabled scan would trigger it.
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_mergejoin = off SET enable_nestloop = off
SET join_collapse_limit = 1 SET plan_cache_mode = force_generic_plan SET jit = off AS $$
  WITH page AS MATERIALIZED (
    SELECT w.number, w.user_id, w.name_hash, w.balance, w.held, w.owed, w.version, w.epoch, w.active_holds, w.due_at,
           w.holds_due_at
      FROM wallets w WHERE w.number > after_number ORDER BY w.number LIMIT page_size
  ), page_end AS MATERIALIZED (
    -- After the last wallet comes what is left of wallets that are gone.
    SELECT COALESCE(max(w.number), 2147483647) AS number FROM page w
  ), terms AS MATERIALIZED (
    SELECT g.id, g.wallet, g.amount, g.version, g.created_at, g.reason, g.actor FROM grant_terms g
     WHERE g.wallet > after_number AND g.wallet <= (SELECT number FROM page_end)
  ), ledger AS (
    SELECT e.wallet, e.version, e.amount, e.balance_after, e.owed_after, e.hold_version,
           CASE WHEN e.kind = 'charge' THEN
                  e.amount <= 0 AND e.owed_after IS NULL
                  AND e.action IS NOT NULL AND e.grant_id IS NULL AND e.reverses IS NULL AND e.reason IS NULL
                  AND (e.hold_amount IS NULL OR e.hold_amount >= 0 AND e.amount >= -e.hold_amount AND e.hold_version < e.version)
                ELSE
                  CASE e.kind WHEN 'refund' THEN e.amount > 0 AND e.reverses IS NOT NULL AND e.grant_id IS NULL
                              WHEN 'grant' THEN e.amount > 0 AND e.grant_id IS NOT NULL
                              WHEN 'adjustment' THEN e.amount <> 0 AND (e.amount > 0) = (e.grant_id IS NOT NULL)
                              WHEN 'expiry' THEN e.amount < 0 AND e.grant_id IS NOT NULL
                              WHEN 'clawback' THEN e.amount <= 0 WHEN 'restore' THEN e.amount >= 0 ELSE false END
                  AND (e.action IS NOT NULL) = (e.kind = 'refund')
                  AND (e.reverses IS NULL OR e.kind IN ('refund', 'clawback', 'restore'))
                  AND (e.owed_after IS NULL) = (e.kind NOT IN ('clawback', 'restore'))
                  AND (e.owed_after >= 0 AND (e.owed_after = 0 OR e.balance_after = e.held_after)) IS NOT FALSE
                  AND (e.kind NOT IN ('clawback', 'restore') OR (e.reverses IS NULL) = (e.grant_id IS NULL))
                  AND e.hold_amount IS NULL AND e.price_version IS NULL
           END AND e.held_after BETWEEN 0 AND e.balance_after AND (e.key IS NULL) = (e.fingerprint IS NULL)
               AND num_nulls(e.hold_amount, e.hold_version, e.hold_created_at, e.hold_expires_at) IN (0, 4) AS sound
      FROM ledger_entries e
     WHERE e.wallet > after_number AND e.wallet <= (SELECT number FROM page_end) ORDER BY e.wallet, e.version
  ), books AS MATERIALIZED (
    -- One pass, in the order of the primary key; a wallet takes as much memory with a million entries as with one.
    SELECT l.wallet, count(*) AS entries, LEAST(GREATEST(sum(l.amount), -9e18), 9e18)::bigint AS total,
           count(*) FILTER (WHERE CASE WHEN l.balance_before < 0 OR l.balance_after < 0 THEN true
                                       ELSE l.amount <> l.balance_after - l.balance_before END) AS broken_links,
           count(*) FILTER (WHERE NOT l.sound) AS unsound, count(l.owed_after) AS debts,
           count(*) + count(l.hold_version) AS versions,
           sum(l.version) + COALESCE(sum(l.hold_version), 0) AS sum_of_versions,
           GREATEST(max(l.version), max(l.hold_version)) AS newest
      FROM (SELECT l.*, lag(l.balance_after, 1, 0::bigint) OVER (PARTITION BY l.wallet ORDER BY l.version) AS balance_before
              FROM ledger l) l
     GROUP BY l.wallet
  ), debts AS MATERIALIZED (
    -- What a clawback took and what it left owed are together what it was for; paying what is owed moves neither sum.
    SELECT d.*, d.amount - (d.owed_after::numeric - d.owed_before) AS moved
      FROM (SELECT e.wallet, e.version, e.kind, e.amount, e.reverses, e.owed_after,
                   lag(e.owed_after, 1, 0::bigint) OVER (PARTITION BY e.wallet ORDER BY e.version) AS owed_before
              FROM ledger_entries e
             WHERE e.wallet = ANY (ARRAY(SELECT b.wallet FROM books b WHERE b.debts > 0)) AND e.owed_after IS NOT NULL) d
  ), owing AS (
    SELECT d.wallet, (array_agg(d.owed_after ORDER BY d.version DESC))[1] AS owed,
           count(*) FILTER (WHERE NOT CASE WHEN d.kind = 'restore' THEN d.moved > 0 AND d.owed_after <= d.owed_before
                                           WHEN d.reverses IS NULL THEN d.moved = 0 AND d.amount < 0
                                           ELSE d.moved < 0 AND d.owed_after >= d.owed_before END) AS unsound
      FROM debts d GROUP BY d.wallet
  ), holds AS (
    SELECT h.wallet, LEAST(GREATEST(sum(h.amount), -9e18), 9e18)::bigint AS held, count(*) AS active, sum(h.created_version) AS sum_of_versions,
           max(h.created_version) AS newest, min(h.expires_at) AS due_at,
           count(*) FILTER (WHERE NOT (h.amount >= 0 AND (h.key IS NULL) = (h.fingerprint IS NULL))) AS unsound
      FROM running_holds h
     WHERE h.wallet > after_number AND h.wallet <= (SELECT number FROM page_end) GROUP BY h.wallet
  ), ended AS (
    SELECT h.wallet, count(*) AS holds, sum(h.created_version) + sum(h.resolved_version) AS sum_of_versions,
           GREATEST(max(h.created_version), max(h.resolved_version)) AS newest,
           count(*) FILTER (WHERE NOT (h.amount >= 0 AND h.created_version < h.resolved_version)) AS unsound
      FROM ended_holds h
     WHERE h.wallet > after_number AND h.wallet <= (SELECT number FROM page_end) GROUP BY h.wallet
  ), former AS (
    SELECT f.wallet, LEAST(GREATEST(f.holds, -1), 4e18::bigint) AS holds, f.newest, f.versions
      FROM former_holds f WHERE f.wallet > after_number AND f.wallet <= (SELECT number FROM page_end)
  ), epochs AS (
    -- A layer begins and ends at an epoch that existed.
    SELECT l.wallet, max(GREATEST(l.epoch, CASE WHEN l.until < 2147483647 THEN l.until END)) AS newest
      FROM grant_layers l
     WHERE l.wallet > after_number AND l.wallet <= (SELECT number FROM page_end) GROUP BY l.wallet
  ), layers AS (
    SELECT l.wallet, COALESCE(g.origin, g.id) AS given, w.balance, l.height, g.expires_at,
           sum(l.height) OVER (PARTITION BY l.wallet ORDER BY l.lapsed, g.priority DESC, g.expires_at DESC NULLS FIRST,
                                                              g.version DESC, g.part DESC) - l.height AS floor
      FROM grant_layers l
      JOIN page w ON w.number = l.wallet
     CROSS JOIN LATERAL (SELECT g.* FROM grant_terms g WHERE g.id = l.grant_id OFFSET 0) g
     WHERE l.wallet > after_number AND l.wallet <= (SELECT number FROM page_end) AND l.until = 2147483647
  ), gifts AS (
    -- What remains of a grant and of all that came of it.
    SELECT l.wallet, l.given, sum(GREATEST(LEAST(l.balance - l.floor, l.height), 0)) AS remaining,
           min(l.expires_at) FILTER (WHERE l.floor < l.balance) AS due_at
      FROM layers l GROUP BY l.wallet, l.given
  ), glass AS (
    SELECT f.wallet, LEAST(sum(f.remaining), 9e18)::bigint AS remaining, min(f.due_at) AS due_at,
           count(*) FILTER (WHERE f.remaining > g.amount) AS too_high
      FROM gifts f LEFT JOIN terms g ON g.id = f.given GROUP BY f.wallet
  ), given AS (
    -- An entry that gave credits has a grant that agrees with it. A grant that an entry took from, and an entry that
    -- one reverses, exist.
    SELECT e.wallet,
           count(*) FILTER (WHERE e.kind IN ('grant', 'adjustment') AND e.amount > 0
             AND (g.wallet = e.wallet AND g.amount = e.amount AND g.version IN (e.version, 0) AND g.created_at = e.created_at
                  AND g.reason IS NOT DISTINCT FROM e.reason AND g.actor IS NOT DISTINCT FROM e.actor) IS NOT TRUE) AS unlike,
           count(*) FILTER (WHERE e.kind = 'expiry' AND (g.wallet = e.wallet) IS NOT TRUE
             OR e.reverses IS NOT NULL
                AND (SELECT x.wallet = e.wallet AND x.version < e.version
                            AND CASE e.kind WHEN 'refund' THEN x.kind = 'charge' AND x.action = e.action
                                            ELSE x.grant_id = e.grant_id END
                       FROM ledger_entries x WHERE x.id = e.reverses) IS NOT TRUE) AS astray
      FROM ledger_entries e LEFT JOIN terms g ON g.id = e.grant_id
     WHERE e.wallet > after_number AND e.wallet <= (SELECT number FROM page_end) AND e.kind <> 'charge'
     GROUP BY e.wallet
  ), refills AS (
    SELECT a.wallet, min(a.next_at) AS due_at FROM allowance_terms a
     WHERE a.wallet > after_number AND a.wallet <= (SELECT number FROM page_end) AND a.next_at IS NOT NULL
     GROUP BY a.wallet
  ), missing AS (
    SELECT DISTINCT g.wallet
      FROM (SELECT wallet FROM terms UNION ALL SELECT wallet FROM books UNION ALL SELECT wallet FROM holds
             UNION ALL SELECT wallet FROM ended UNION ALL SELECT wallet FROM former UNION ALL SELECT wallet FROM epochs) g
     WHERE NOT EXISTS (SELECT FROM page w WHERE w.number = g.wallet)
  ), returned AS (
    SELECT wallet, entry_id, COALESCE(x.entered, 0) AS entered, COALESCE(r.refunded, 0) AS refunded, r.charged,
           (SELECT -c.amount::numeric FROM ledger_entries c WHERE c.id = entry_id) AS of_entry
      FROM (SELECT e.wallet, e.reverses AS entry_id, sum(e.amount) AS entered
              FROM ledger_entries e
             WHERE e.wallet > after_number AND e.wallet <= (SELECT number FROM page_end) AND e.kind = 'refund'
             GROUP BY e.wallet, e.reverses) x
      FULL JOIN (SELECT r.wallet, r.entry_id, r.refunded, r.charged FROM refunds r
                  WHERE r.wallet > after_number AND r.wallet <= (SELECT number FROM page_end)) r
     USING (wallet, entry_id)
  ), taken_back AS (
    SELECT wallet, entry_id, COALESCE(x.entered, 0) AS entered, COALESCE(c.taken_back, 0) AS taken_back, c.granted,
           (SELECT g.amount FROM ledger_entries g WHERE g.id = entry_id) AS of_entry
      FROM (SELECT d.wallet, d.reverses AS entry_id, -sum(d.moved) AS entered
              FROM debts d WHERE d.reverses IS NOT NULL GROUP BY d.wallet, d.reverses) x
      FULL JOIN (SELECT c.wallet, c.entry_id, c.taken_back, c.granted FROM clawbacks c
                  WHERE c.wallet > after_number AND c.wallet <= (SELECT number FROM page_end)) c
     USING (wallet, entry_id)
  ), compared AS (
    -- Every version is one entry or one change of a hold; a capture is both. Of holds that were let go their number
    -- and the sum of their versions are left: all of a wallet's are 1 + 2 + … + its version.
    -- That sum may be beyond a bigint, and is apart: lists of numeric would take the other checks a tenth more time.
    SELECT w.user_id,
           COALESCE(b.sum_of_versions, 0) + COALESCE(h.sum_of_versions, 0)
             + COALESCE(u.sum_of_versions, 0) + COALESCE(f.versions, 0) AS versions,
           w.version::numeric * (w.version::numeric + 1) / 2 AS all_versions,
           ARRAY[COALESCE(b.total, 0), COALESCE(h.held, 0), COALESCE(h.active, 0), COALESCE(g.remaining, 0),
                 COALESCE(b.versions, 0) + COALESCE(h.active, 0) + 2 * (COALESCE(u.holds, 0) + COALESCE(f.holds, 0)),
                 GREATEST(p.newest, w.epoch), GREATEST(b.newest, h.newest, u.newest, f.newest, 0),
                 0, 0, COALESCE(o.owed, 0),
                 CASE WHEN w.owed <> 0 THEN w.held ELSE w.balance END, 0, LEAST(GREATEST(w.held, 0), w.balance),
                 LEAST(w.balance, 9007199254740991),
                 name_hash(w.user_id), COALESCE((SELECT p.number FROM placement p), 0), 0, 0, 0, 0, 0] AS expected,
           ARRAY[w.balance, w.held, w.active_holds, w.balance,
                 w.version,
                 w.epoch, w.version,
                 COALESCE(b.broken_links, 0), COALESCE(b.unsound, 0) + COALESCE(o.unsound, 0), w.owed,
                 w.balance, COALESCE(h.unsound, 0) + COALESCE(u.unsound, 0), w.held,
                 w.balance,
                 w.name_hash, COALESCE(((w.name_hash >> 20) & 4095) * (SELECT p.groups FROM placement p) / 4096, 0),
                 COALESCE(x.unlike, 0),
                 -- The wallet is settled once these instants have passed, and nobody looks at them before.
                 COALESCE(LEAST(g.due_at, a.due_at) < COALESCE(w.due_at, 'infinity'), false)::int,
                 COALESCE(h.due_at < COALESCE(w.holds_due_at, 'infinity'), false)::int,
                 COALESCE(x.astray, 0), COALESCE(g.too_high, 0)] AS actual
      FROM page w
      LEFT JOIN books b ON b.wallet = w.number
      LEFT JOIN holds h ON h.wallet = w.number
      LEFT JOIN ended u ON u.wallet = w.number
      LEFT JOIN former f ON f.wallet = w.number
      LEFT JOIN glass g ON g.wallet = w.number
      LEFT JOIN epochs p ON p.wallet = w.number
      LEFT JOIN owing o ON o.wallet = w.number
      LEFT JOIN given x ON x.wallet = w.number
      LEFT JOIN refills a ON a.wallet = w.number
  ), checks AS (
    -- The three lists run in parallel; they are never unnested for a wallet in order.
    SELECT w.user_id, c."check", c.expected, c.actual
      FROM compared w
     CROSS JOIN LATERAL unnest(
       ARRAY['balance_is_sum_of_entries', 'held_is_sum_of_holds', 'active_holds', 'balance_is_sum_of_grants',
             'versions_without_gap',
             'newest_epoch', 'newest_version',
             'broken_balance_chain', 'unsound_entries', 'owed_is_what_entries_left',
             'nothing_available_while_owing', 'unsound_holds', 'held_within_balance',
             'balance_safe_integer', 'hash_of_name', 'number_of_group', 'grants_unlike_their_entries', 'settled_too_late', 'holds_settled_too_late',
             'entries_about_nothing', 'grants_above_their_amount'],
       w.expected, w.actual) AS c ("check", expected, actual)
     WHERE w.expected <> w.actual AND c.expected <> c.actual
     UNION ALL
    SELECT w.user_id, 'sum_of_versions', w.versions, w.all_versions FROM compared w WHERE w.versions <> w.all_versions
     UNION ALL
    SELECT w.user_id, 'refunds_of_' || COALESCE(r.entry_id::text, 'nothing'), r.entered, r.refunded
      FROM returned r JOIN page w ON w.number = r.wallet WHERE r.entered <> r.refunded
     UNION ALL
    SELECT w.user_id, 'charge_of_' || r.entry_id, COALESCE(r.of_entry, 0), r.charged
      FROM returned r JOIN page w ON w.number = r.wallet WHERE COALESCE(r.of_entry, 0) <> r.charged
     UNION ALL
    SELECT w.user_id, 'clawbacks_of_' || COALESCE(c.entry_id::text, 'nothing'), c.entered, c.taken_back
      FROM taken_back c JOIN page w ON w.number = c.wallet WHERE c.entered <> c.taken_back
     UNION ALL
    SELECT w.user_id, 'grant_of_' || c.entry_id, COALESCE(c.of_entry, 0), c.granted
      FROM taken_back c JOIN page w ON w.number = c.wallet WHERE COALESCE(c.of_entry, 0) <> c.granted
     UNION ALL
    SELECT '#' || m.wallet, 'wallet_is_there', 1, 0 FROM missing m
  )
  SELECT (SELECT count(*) FROM page)::int,
         (SELECT COALESCE(sum(b.entries), 0) FROM page w JOIN books b ON b.wallet = w.number)::bigint,
         (SELECT max(w.number) FROM page w), c.user_id, c."check", trunc(c.expected)::text, trunc(c.actual)::text
    FROM (SELECT) one LEFT JOIN checks c ON true
$$;
