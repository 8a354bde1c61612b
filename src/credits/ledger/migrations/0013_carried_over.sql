-- What 0011 put aside, in the second form: the same wallets, entries, holds, grants and layers, under numbers. Balances
-- and ids stay; keys become salted hashes, reasons and actors rows of their own, captured holds part of their charges.
-- The books are compared before and after, and a difference undoes all of it.
DO $carry$
DECLARE
  here CONSTANT text := current_schema();
  aside CONSTANT text := here || '_former';
  began CONSTANT timestamptz := clock_timestamp();
  counted record;
BEGIN
  IF to_regnamespace(aside) IS NULL THEN
    RETURN;
  END IF;
  -- Names are looked for in the second form first; what is only in the first is found after it.
  PERFORM set_config('search_path', format('%I, %I, pg_catalog, pg_temp', here, aside), true);
  PERFORM set_config('work_mem', '256MB', true), set_config('maintenance_work_mem', '512MB', true);

  EXECUTE format($$
    INSERT INTO wallets (user_id, balance, held, version, due_at, holds_due_at, created_at, updated_at, epoch,
                         active_holds, name_hash)
    SELECT user_id, balance, held, version, due_at, holds_due_at, created_at, updated_at, epoch, active_holds,
           ('x' || encode(substr(sha256(convert_to(user_id, 'UTF8')), 1, 4), 'hex'))::bit(32)::int
      FROM %1$I.wallets ORDER BY user_id $$, aside);
  ANALYZE wallets;
  RAISE NOTICE 'wallets are carried over (%)', clock_timestamp() - began;

  EXECUTE format($$
    INSERT INTO actors (name)
    SELECT actor FROM %1$I.entries WHERE actor IS NOT NULL UNION SELECT actor FROM %1$I.grant_terms WHERE actor IS NOT NULL
  $$, aside);
  EXECUTE format($$
    INSERT INTO reasons (wallet, reason)
    SELECT w.number, s.reason
      FROM (SELECT user_id, reason FROM %1$I.entries WHERE reason IS NOT NULL
             UNION SELECT user_id, reason FROM %1$I.holds WHERE reason IS NOT NULL
             UNION SELECT user_id, reason FROM %1$I.grant_terms WHERE reason IS NOT NULL) s
      JOIN wallets w USING (user_id)
     WHERE s.reason NOT IN (SELECT r.reason FROM reasons r WHERE r.wallet IS NULL) $$, aside);
  CREATE TEMP TABLE said ON COMMIT DROP AS
    SELECT w.number AS wallet, r.reason, r.number FROM reasons r JOIN wallets w ON w.number = r.wallet
     UNION ALL SELECT NULL, r.reason, r.number FROM reasons r WHERE r.wallet IS NULL;
  ANALYZE said;
  RAISE NOTICE 'actors and reasons are carried over (%)', clock_timestamp() - began;

  ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_pkey, DROP CONSTRAINT ledger_entries_id_unique;
  DROP INDEX ledger_entries_key, ledger_entries_reverses, ledger_entries_hold_id, ledger_entries_by_kind;
  EXECUTE format($$
    INSERT INTO ledger_entries (wallet, version, amount, balance_after, held_after, created_at, hold_amount, hold_version,
                                hold_created_at, hold_expires_at, epoch, reason, actor, id, kind, action, price_version,
                                grant_id, reverses, hold_id, key, fingerprint)
    SELECT w.number, e.version, e.amount, e.balance_after, e.held_after, e.created_at, h.amount, h.created_version,
           h.created_at, h.expires_at, e.epoch,
           COALESCE((SELECT s.number FROM said s WHERE s.wallet IS NULL AND s.reason = e.reason), s.number), a.number,
           e.id, e.kind, e.action, e.price_version, e.grant_id, e.reverses, h.id,
           substr(sha256(w.salt || convert_to(e.key, 'UTF8')), 1, 16),
           substr(decode(rpad(translate(left(e.fingerprint, 20), '-_', '+/'), 20, 'A'), 'base64'), 1, 8)
      FROM %1$I.entries e
      JOIN wallets w USING (user_id)
      LEFT JOIN %1$I.holds h ON h.id = e.hold_id AND h.state = 'captured'
      LEFT JOIN said s ON s.wallet = w.number AND s.reason = e.reason
      LEFT JOIN actors a ON a.name = e.actor $$, aside);
  RAISE NOTICE 'entries are carried over (%)', clock_timestamp() - began;
  ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (wallet, version),
                             ADD CONSTRAINT ledger_entries_id_unique UNIQUE (id);
  CREATE UNIQUE INDEX ledger_entries_key ON ledger_entries (wallet, key) WHERE key IS NOT NULL;
  CREATE INDEX ledger_entries_reverses ON ledger_entries (reverses) WHERE reverses IS NOT NULL;
  CREATE INDEX ledger_entries_hold_id ON ledger_entries (hold_id) WHERE hold_id IS NOT NULL;
  CREATE INDEX ledger_entries_by_kind ON ledger_entries (wallet, kind, version) WHERE kind <> 'charge';
  RAISE NOTICE 'the indexes over entries are made (%)', clock_timestamp() - began;

  EXECUTE format($$
    INSERT INTO running_holds (amount, created_version, expires_at, created_at, wallet, id, action, price_version, key,
                               fingerprint)
    SELECT h.amount, h.created_version, h.expires_at, h.created_at, w.number, h.id, h.action, h.price_version,
           substr(sha256(w.salt || convert_to(h.key, 'UTF8')), 1, 16),
           substr(decode(rpad(translate(left(h.fingerprint, 20), '-_', '+/'), 20, 'A'), 'base64'), 1, 8)
      FROM %1$I.holds h JOIN wallets w USING (user_id) WHERE h.state = 'held' $$, aside);
  EXECUTE format($$
    INSERT INTO ended_holds (amount, created_version, resolved_version, expires_at, created_at, resolved_at, wallet,
                             reason, id, state, action, price_version)
    SELECT h.amount, h.created_version, h.resolved_version, h.expires_at, h.created_at, h.resolved_at, w.number,
           COALESCE((SELECT s.number FROM said s WHERE s.wallet IS NULL AND s.reason = h.reason),
                    (SELECT s.number FROM said s WHERE s.wallet = w.number AND s.reason = h.reason)),
           h.id, h.state, h.action, h.price_version
      FROM %1$I.holds h JOIN wallets w USING (user_id) WHERE h.state IN ('released', 'expired') $$, aside);
  RAISE NOTICE 'holds are carried over (%)', clock_timestamp() - began;

  -- Age in one wallet was a number drawn by a sequence; what comes from now on is younger, by the wallet's version.
  EXECUTE format($$
    INSERT INTO grant_terms (amount, expires_at, created_at, version, part, wallet, reason, actor, id, priority, category)
    SELECT g.amount, g.expires_at, g.created_at, 0, row_number() OVER (PARTITION BY g.user_id ORDER BY g.seq), w.number,
           COALESCE((SELECT s.number FROM said s WHERE s.wallet IS NULL AND s.reason = g.reason), s.number), a.number,
           g.id, g.priority, g.category
      FROM %1$I.grant_terms g
      JOIN wallets w USING (user_id)
      LEFT JOIN said s ON s.wallet = w.number AND s.reason = g.reason
      LEFT JOIN actors a ON a.name = g.actor $$, aside);
  -- Every epoch had all its layers; now each stands once for as many epochs as it kept its height. What had expired
  -- under a hold lay on top of the others: above the one place where the order of burning is broken.
  EXECUTE format($$
    INSERT INTO grant_layers (height, wallet, epoch, until, grant_id, lapsed)
    SELECT i.height, w.number, min(i.epoch),
           CASE WHEN max(i.epoch) = w.epoch THEN 2147483647 ELSE max(i.epoch) + 1 END, i.grant_id, i.lapsed
      FROM (SELECT f.*, f.epoch - row_number() OVER (PARTITION BY f.user_id, f.grant_id, f.height, f.lapsed
                                                         ORDER BY f.epoch) AS island
              FROM (SELECT o.*, sum(o.broken) OVER (PARTITION BY o.user_id, o.epoch ORDER BY o.floor) > 0 AS lapsed
                      FROM (SELECT b.*, COALESCE(lag(b.place) OVER (PARTITION BY b.user_id, b.epoch ORDER BY b.floor) > b.place, false)::int
                                          AS broken
                              FROM (SELECT l.user_id, l.epoch::int, l.floor, l.height, l.grant_id,
                                           row_number() OVER (PARTITION BY l.user_id, l.epoch
                                             ORDER BY g.priority DESC, g.expires_at DESC NULLS FIRST, g.seq DESC) AS place
                                      FROM %1$I.grant_layers l JOIN %1$I.grant_terms g ON g.id = l.grant_id) b) o) f) i
      JOIN wallets w USING (user_id)
     GROUP BY w.number, w.epoch, i.grant_id, i.height, i.lapsed, i.island $$, aside);
  RAISE NOTICE 'grants are carried over (%)', clock_timestamp() - began;

  EXECUTE format($$
    INSERT INTO refunds (entry_id, charged, refunded, wallet)
    SELECT r.entry_id, r.charged, r.refunded, w.number FROM %1$I.refunds r JOIN wallets w USING (user_id) $$, aside);
  EXECUTE format('INSERT INTO answers (user_id, key, route, input, status, headers, body, claimed_until, created_at)
    SELECT user_id, key, route, input, status, headers, body, claimed_until, created_at FROM %1$I.answers', aside);
  EXECUTE format('INSERT INTO gifts (key, fingerprint, amount, reason, actor, expires_at, user_ids, wallets, done, refused,
                                     given_up_to, claimed_until, created_at, finished_at)
    SELECT key, fingerprint, amount, reason, actor, expires_at, user_ids, wallets, done, refused, given_up_to,
           claimed_until, created_at, finished_at FROM %1$I.gifts', aside);
  EXECUTE format('INSERT INTO erasures SELECT pseudonym, person_hash, reason, actor, erased_at FROM %1$I.erasures', aside);

  EXECUTE format($$
    SELECT (SELECT (count(*), sum(balance), sum(held), sum(version)) FROM %1$I.wallets)::text AS wallets_before,
           (SELECT (count(*), sum(balance), sum(held), sum(version)) FROM wallets)::text AS wallets_now,
           (SELECT (count(*), sum(amount), count(key)) FROM %1$I.entries)::text AS entries_before,
           (SELECT (count(*), sum(amount), count(key)) FROM ledger_entries)::text AS entries_now,
           (SELECT (count(*), sum(amount)) FROM %1$I.holds)::text AS holds_before,
           (SELECT (count(*), sum(amount)) FROM holds)::text AS holds_now,
           (SELECT (count(*), sum(remaining)) FROM grants)::text AS grants_now,
           (SELECT ((SELECT count(*) FROM %1$I.grant_terms), sum(balance)) FROM %1$I.wallets)::text AS grants_before
  $$, aside) INTO counted;
  IF (counted.wallets_before, counted.entries_before, counted.holds_before, counted.grants_before)
     IS DISTINCT FROM (counted.wallets_now, counted.entries_now, counted.holds_now, counted.grants_now) THEN
    RAISE EXCEPTION 'the books differ after they were carried over: %', counted;
  END IF;
  EXECUTE format('DROP SCHEMA %I CASCADE', aside);
  PERFORM set_config('search_path', format('%I, pg_catalog, pg_ledger_hand, pg_temp', here), true);
  RAISE NOTICE 'the books agree; all is carried over (%)', clock_timestamp() - began;
END $carry$;
