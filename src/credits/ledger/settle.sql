-- The glass. A wallet's balance is the level, its grants are layers, the first to burn on top. Lowering the
-- level burns from the top; everything else (grant, raise, refund, expiry) stacks the layers anew.

-- The layers of one epoch, from the bottom up, each with the level it begins at. The burn order goes from the top:
-- priority, then expiry (never comes last), then age. Expired layers that are still there lie on top.
CREATE OR REPLACE FUNCTION layers_at(of_wallet int, at_epoch int)
RETURNS TABLE (grant_id uuid, floor bigint, height bigint, lapsed boolean, priority smallint, category text,
               expires_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT l.grant_id, (sum(l.height) OVER bottom_up - l.height)::bigint, l.height, l.lapsed, g.priority, g.category,
         g.expires_at
    FROM grant_layers l JOIN grant_terms g ON g.id = l.grant_id
   WHERE l.wallet = of_wallet AND l.until > at_epoch AND l.epoch <= at_epoch
  WINDOW bottom_up AS (ORDER BY l.lapsed, g.priority DESC, g.expires_at DESC NULLS FIRST, g.version DESC, g.part DESC)
$$;

-- A grant that an entry gave, and every grant that came of it.
CREATE OR REPLACE FUNCTION descent_of(of_grant uuid) RETURNS uuid[] LANGUAGE sql STABLE AS $$
  SELECT of_grant || ARRAY(SELECT g.id FROM grant_terms g WHERE g.origin = of_grant)
$$;

-- Start a new epoch: change the named grants by their deltas, and the level by the sum. Only layers whose height
-- changes are written: those that burned, those that are named, and those that expired while a hold protects them.
-- The last go to the very top, where no later grant can push them out of that protection. It raises an error if a
-- grant would have more than it was given.
CREATE OR REPLACE FUNCTION restack(w wallets, t timestamptz, grant_ids uuid[], deltas bigint[])
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[];
  heights bigint[];
  lapses boolean[];
  too_high boolean;
BEGIN
  SELECT array_agg(c.grant_id), array_agg(c.height), array_agg(c.lapsed), bool_or(c.is_raised AND c.height > c.granted)
    INTO ids, heights, lapses, too_high
    FROM (SELECT x.grant_id, g.amount AS granted, sum(x.amount)::bigint AS height, max(x.height) AS former_height,
                 sum(x.amount) FILTER (WHERE x.height IS NULL) > 0 AS is_raised,
                 COALESCE(g.expires_at <= t, false) AS lapsed, bool_or(x.lapsed) AS formerly_lapsed
            FROM (SELECT l.grant_id, GREATEST(LEAST(w.balance - l.floor, l.height), 0) AS amount, l.height, l.lapsed
                    FROM layers_at(w.number, w.epoch) l
                   UNION ALL
                  SELECT d.grant_id, d.delta, NULL, NULL FROM unnest(grant_ids, deltas) AS d (grant_id, delta)) x
            JOIN grant_terms g ON g.id = x.grant_id
           GROUP BY x.grant_id, g.amount, g.expires_at) c
   WHERE (c.height, c.lapsed) IS DISTINCT FROM (c.former_height, c.formerly_lapsed);
  IF too_high THEN
    RAISE EXCEPTION 'more would be left of a grant than it was given';
  END IF;

  w.epoch := w.epoch + 1;
  UPDATE grant_layers l SET until = w.epoch
   WHERE l.wallet = w.number AND l.until = 2147483647 AND l.grant_id = ANY (ids);
  INSERT INTO grant_layers (wallet, epoch, grant_id, height, lapsed)
  SELECT w.number, w.epoch, c.grant_id, c.height, c.lapsed
    FROM unnest(ids, heights, lapses) AS c (grant_id, height, lapsed) WHERE c.height > 0;

  w.balance := w.balance + (SELECT sum(d) FROM unnest(deltas) d);
  w.due_at := LEAST(w.due_at, (SELECT min(g.expires_at) FROM unnest(grant_ids, deltas) AS d (grant_id, delta)
                                 JOIN grant_terms g ON g.id = d.grant_id WHERE d.delta > 0));
  RETURN w;
END $$;

-- Give credits as a new grant: its terms, its layer and the ledger entry of the given kind.
CREATE OR REPLACE FUNCTION pour(w wallets, t timestamptz, kind text, op operation)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  grant_id CONSTANT uuid := new_id(w.name_hash);
  reason CONSTANT int := number_of_reason(w.number, op.reason);
  actor CONSTANT int := number_of_actor(op.actor);
BEGIN
  w.version := w.version + 1;
  INSERT INTO grant_terms (id, wallet, version, amount, category, priority, expires_at, reason, actor, created_at)
  VALUES (grant_id, w.number, w.version, op.credits, COALESCE(op.category, 'compensation'), COALESCE(op.priority, 50),
          op.expires_at, reason, actor, t);
  w := restack(w, t, ARRAY[grant_id], ARRAY[op.credits]);
  INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                              reason, actor, grant_id, key, fingerprint)
  VALUES (w.number, w.version, op.id, kind, op.credits, w.balance, w.held, w.epoch, t,
          reason, actor, grant_id, key_hash(w.salt, op.key), decode(op.fingerprint, 'hex'));
  RETURN w;
END $$;

-- End those of the holds that still run, without a charge. Each takes a version of its own.
CREATE OR REPLACE FUNCTION end_holds(w wallets, t timestamptz, ids uuid[], new_state text, why text)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  reason CONSTANT int := number_of_reason(w.number, why);
  ended record;
BEGIN
  WITH gone AS (
    DELETE FROM running_holds h WHERE h.id = ANY (ids) AND h.wallet = w.number RETURNING h.*
  ), kept AS (
    INSERT INTO ended_holds (id, wallet, state, action, amount, price_version, reason, created_version,
                             resolved_version, expires_at, created_at, resolved_at, actor)
    SELECT g.id, w.number, new_state, g.action, g.amount, g.price_version, reason, g.created_version,
           w.version + row_number() OVER (ORDER BY g.created_version), g.expires_at, g.created_at, t,
           g.actor
      FROM gone g
    RETURNING amount
  )
  SELECT count(*)::int AS holds, COALESCE(sum(k.amount), 0)::bigint AS credits INTO ended FROM kept k;
  w.version := w.version + ended.holds;
  w.held := w.held - ended.credits;
  w.active_holds := w.active_holds - ended.holds;
  RETURN w;
END $$;

-- Expire what had expired at `cut` and no hold protects. The entries are made at t.
CREATE OR REPLACE FUNCTION expire(w wallets, t timestamptz, cut timestamptz)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  lapse record;
  level bigint := w.balance;
  grant_ids uuid[] := '{}';
  deltas bigint[] := '{}';
BEGIN
  FOR lapse IN
    SELECT l.grant_id, LEAST(l.floor + l.height, w.balance - w.held) - l.floor AS amount
      FROM layers_at(w.number, w.epoch) l
     WHERE l.floor < w.balance - w.held AND l.expires_at <= cut
     ORDER BY l.floor DESC
  LOOP
    w.version := w.version + 1;
    level := level - lapse.amount;
    grant_ids := grant_ids || lapse.grant_id;
    deltas := deltas || -lapse.amount;
    INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                                reason, actor, grant_id)
    VALUES (w.number, w.version, new_id(w.name_hash), 'expiry', -lapse.amount, level, w.held, w.epoch, t,
            number_of_reason(w.number, 'expired'), number_of_actor('ledger'), lapse.grant_id);
  END LOOP;
  IF cardinality(grant_ids) > 0 THEN
    w := restack(w, cut, grant_ids, deltas);
  END IF;
  RETURN w;
END $$;

-- Settle everything of a locked wallet that is due at t: first the holds that nobody kept alive; then the refills in
-- order, each after what had expired by its instant and followed by paying what is owed; then all that has expired; then
-- what is owed.
-- Credits on hold do not expire: holds protect the top of the glass, (balance - held, balance]. A wallet whose expired
-- credits are still protected stays due, so the release of the hold settles it.
CREATE OR REPLACE FUNCTION settle(w wallets, t timestamptz)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  overdue CONSTANT uuid[] := (SELECT array_agg(h.id) FROM running_holds h
                               WHERE h.wallet = w.number AND h.expires_at <= t);
  instant timestamptz;
BEGIN
  IF overdue IS NOT NULL THEN
    w := end_holds(w, t, overdue, 'expired', 'not kept alive');
  END IF;
  LOOP
    instant := (SELECT min(a.next_at) FROM allowance_terms a WHERE a.wallet = w.number AND a.next_at IS NOT NULL);
    EXIT WHEN instant > t IS NOT FALSE;
    w := refill(w, t, instant);
    IF w.owed > 0 AND w.balance > w.held THEN
      w := collect(w, t);
    END IF;
  END LOOP;
  w := expire(w, t, t);
  IF w.owed > 0 AND w.balance > w.held THEN
    w := collect(w, t);
  END IF;

  w.due_at := LEAST(instant, (SELECT min(l.expires_at) FROM layers_at(w.number, w.epoch) l WHERE l.floor < w.balance));
  w.holds_due_at := (SELECT min(h.expires_at) FROM running_holds h WHERE h.wallet = w.number);
  RETURN w;
END $$;

-- Of a grant that an entry gave and of all that came of it: what remains, how much of that no hold protects, and what
-- lapsed.
CREATE OR REPLACE FUNCTION rest_of(w wallets, of_grant uuid)
RETURNS TABLE (remaining bigint, free bigint, lapsed bigint) LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(GREATEST(LEAST(l.floor + l.height, w.balance) - l.floor, 0)), 0)::bigint,
         COALESCE(sum(GREATEST(LEAST(l.floor + l.height, w.balance - w.held) - l.floor, 0)), 0)::bigint,
         COALESCE((SELECT -sum(e.amount) FROM ledger_entries e
                    WHERE e.wallet = w.number AND e.kind = 'expiry' AND e.grant_id = ANY (d.grants)), 0)::bigint
    FROM (SELECT descent_of(of_grant) AS grants) d
    LEFT JOIN layers_at(w.number, w.epoch) l ON l.grant_id = ANY (d.grants)
   GROUP BY d.grants
$$;

-- How much may come back to a grant that an entry gave: it never has more than it was given. Only a clawback can make
-- this less than what was taken out of the grant, because it may take other credits in place of those already spent.
CREATE OR REPLACE FUNCTION room_of(w wallets, of_grant uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT COALESCE(min(GREATEST(c.granted - c.taken_back - r.remaining - r.lapsed, 0)), 9007199254740991)
    FROM clawbacks c
    JOIN ledger_entries e ON e.id = c.entry_id
   CROSS JOIN LATERAL rest_of(w, of_grant) r
   WHERE c.wallet = w.number AND e.grant_id = of_grant
$$;

-- Return credits to their grants. If a grant has expired since, its credits return as a new grant of the same
-- priority and category that never expires. What a grant has no room for also returns as a new grant, without an
-- origin.
CREATE OR REPLACE FUNCTION bring_back(w wallets, t timestamptz, op operation, ids uuid[], amounts bigint[])
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  back record;
  part int := 0;
  grant_ids uuid[] := '{}';
  deltas bigint[] := '{}';
BEGIN
  FOR back IN
    SELECT s.id, s.priority, s.category, v.origin, v.amount, v.origin IS NULL OR s.expired AS is_new
      FROM (SELECT x.*, LEAST(x.amount, GREATEST(0, room_of(w, x.origin) - x.before)) AS fits
              FROM (SELECT g.id, g.priority, g.category, COALESCE(g.expires_at <= t, false) AS expired, b.amount, b.place,
                           COALESCE(g.origin, g.id) AS origin,
                           sum(b.amount) OVER (PARTITION BY COALESCE(g.origin, g.id) ORDER BY b.place) - b.amount AS before
                      FROM unnest(ids, amounts) WITH ORDINALITY b (id, amount, place)
                      JOIN grant_terms g ON g.id = b.id) x) s
     CROSS JOIN LATERAL (VALUES (1, s.origin, s.fits), (2, NULL, s.amount - s.fits)) v (nth, origin, amount)
     WHERE v.amount > 0 ORDER BY s.place, v.nth
  LOOP
    IF back.is_new THEN
      back.id := new_id(w.name_hash);
      INSERT INTO grant_terms (id, wallet, version, part, amount, category, priority, reason, actor, created_at, origin)
      VALUES (back.id, w.number, w.version, part, back.amount, back.category, back.priority,
              number_of_reason(w.number, op.reason), number_of_actor(op.actor), t, back.origin);
      part := part + 1;
    END IF;
    grant_ids := grant_ids || back.id;
    deltas := deltas || back.amount;
  END LOOP;
  RETURN restack(w, t, grant_ids, deltas);
END $$;

-- Give back `credits` of a charge to the grants it burned, the last burned first. The charge took the slice
-- (balance_after, balance_after + charged] of its epoch's glass. Earlier refunds took the lowest part of that slice,
-- so this one takes the next part up.
CREATE OR REPLACE FUNCTION give_back(
  w wallets, t timestamptz, op operation, charge ledger_entries, already bigint)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  bottom CONSTANT bigint := charge.balance_after + already;
  ids uuid[];
  amounts bigint[];
BEGIN
  w.version := w.version + 1;
  SELECT array_agg(l.grant_id ORDER BY l.floor),
         array_agg(LEAST(l.floor + l.height, bottom + op.credits) - GREATEST(l.floor, bottom) ORDER BY l.floor)
    INTO ids, amounts
    FROM layers_at(w.number, charge.epoch) l
   WHERE l.floor < bottom + op.credits AND l.floor + l.height > bottom;
  w := bring_back(w, t, op, ids, amounts);
  INSERT INTO refunds AS r (entry_id, wallet, charged, refunded)
  VALUES (charge.id, w.number, -charge.amount, op.credits)
  ON CONFLICT (entry_id) DO UPDATE SET refunded = r.refunded + op.credits;
  INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                              action, reason, actor, reverses, key, fingerprint)
  VALUES (w.number, w.version, op.id, 'refund', op.credits, w.balance, w.held, w.epoch, t,
          charge.action, number_of_reason(w.number, op.reason), number_of_actor(op.actor), charge.id,
          key_hash(w.salt, op.key), decode(op.fingerprint, 'hex'));
  RETURN w;
END $$;
