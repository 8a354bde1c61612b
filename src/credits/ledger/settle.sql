-- The glass. A wallet's balance is the level, its grants are layers, the first to burn on top. Lowering the
-- level burns from the top; everything else (grant, raise, refund, expiry) stacks the layers anew.

-- The layers of one epoch, each with the level it begins at, in burn order from the bottom: priority, then expiry with
-- never last, then age; what has expired and is still there lies on top.
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

-- The grant that an entry gave, of which this one is or came.
CREATE OR REPLACE FUNCTION origin_of(of_grant uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT COALESCE(g.origin, g.id) FROM grant_terms g WHERE g.id = of_grant
$$;

-- A grant that an entry gave, and all that came of it.
CREATE OR REPLACE FUNCTION descent_of(of_grant uuid) RETURNS uuid[] LANGUAGE sql STABLE AS $$
  SELECT of_grant || ARRAY(SELECT g.id FROM grant_terms g WHERE g.origin = of_grant)
$$;

-- Start a new epoch: change the named grants by their deltas; the level moves by the sum. Only layers whose height
-- changed are written: those that burned, those that are named, and those that expired while a hold protects
-- them, which go to the very top, where no gift can push them out of that protection.
CREATE OR REPLACE FUNCTION restack(w wallets, t timestamptz, grant_ids uuid[], deltas bigint[])
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[];
  heights bigint[];
  lapses boolean[];
BEGIN
  SELECT array_agg(c.grant_id), array_agg(c.height), array_agg(c.lapsed) INTO ids, heights, lapses
    FROM (SELECT x.grant_id, sum(x.amount)::bigint AS height, max(x.height) AS former_height,
                 COALESCE(g.expires_at <= t, false) AS lapsed, bool_or(x.lapsed) AS formerly_lapsed
            FROM (SELECT l.grant_id, GREATEST(LEAST(w.balance - l.floor, l.height), 0) AS amount, l.height, l.lapsed
                    FROM layers_at(w.number, w.epoch) l
                   UNION ALL
                  SELECT d.grant_id, d.delta, NULL, NULL FROM unnest(grant_ids, deltas) AS d (grant_id, delta)) x
            JOIN grant_terms g ON g.id = x.grant_id
           GROUP BY x.grant_id, g.expires_at) c
   WHERE (c.height, c.lapsed) IS DISTINCT FROM (c.former_height, c.formerly_lapsed);

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

-- Holds that came to nothing: out of those that run, each with a version of its own.
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

-- What had expired at `cut`, and nothing holds; the entries are of t.
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

-- Everything of a locked wallet that is due at t: holds that nobody kept alive, then refills in the order of their
-- instants, each with what had expired by then and what is owed, then all that expired, then what is owed.
-- What is held does not expire: holds protect the top of the glass, (balance - held, balance]. A wallet whose
-- expired credits are still protected stays due, so the release of the hold settles it.
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

-- Give back `credits` of a charge: to the grants it burned, the last burned first. The charge took the slice
-- (balance_after, balance_after + charged] of its epoch's glass and earlier refunds the lowest part of it, so
-- this refund takes the next part up. What came from a grant that has expired since returns as a new grant of
-- the same priority and category without expiry.
CREATE OR REPLACE FUNCTION give_back(
  w wallets, t timestamptz, op operation, charge ledger_entries, already bigint)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  bottom CONSTANT bigint := charge.balance_after + already;
  reason CONSTANT int := number_of_reason(w.number, op.reason);
  actor CONSTANT int := number_of_actor(op.actor);
  slice record;
  part int := 0;
  grant_ids uuid[] := '{}';
  deltas bigint[] := '{}';
  successor uuid;
BEGIN
  w.version := w.version + 1;
  FOR slice IN
    SELECT l.grant_id AS id, l.priority, l.category, l.expires_at <= t AS expired,
           LEAST(l.floor + l.height, bottom + op.credits) - GREATEST(l.floor, bottom) AS amount
      FROM layers_at(w.number, charge.epoch) l
     WHERE l.floor < bottom + op.credits AND l.floor + l.height > bottom
     ORDER BY l.floor
  LOOP
    IF slice.expired THEN
      successor := new_id(w.name_hash);
      INSERT INTO grant_terms (id, wallet, version, part, amount, category, priority, reason, actor, created_at, origin)
      VALUES (successor, w.number, w.version, part, slice.amount, slice.category, slice.priority, reason, actor, t,
              origin_of(slice.id));
      part := part + 1;
      slice.id := successor;
    END IF;
    grant_ids := grant_ids || slice.id;
    deltas := deltas || slice.amount;
  END LOOP;

  w := restack(w, t, grant_ids, deltas);
  INSERT INTO refunds AS r (entry_id, wallet, charged, refunded)
  VALUES (charge.id, w.number, -charge.amount, op.credits)
  ON CONFLICT (entry_id) DO UPDATE SET refunded = r.refunded + op.credits;
  INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                              action, reason, actor, reverses, key, fingerprint)
  VALUES (w.number, w.version, op.id, 'refund', op.credits, w.balance, w.held, w.epoch, t,
          charge.action, reason, actor, charge.id, key_hash(w.salt, op.key), decode(op.fingerprint, 'hex'));
  RETURN w;
END $$;
