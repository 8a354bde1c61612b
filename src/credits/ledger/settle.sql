-- The glass. A wallet's balance is the level, its grants are layers, the first to burn on top. Lowering the
-- level burns from the top; everything else (grant, raise, refund, expiry) stacks the layers anew.

-- Start a new epoch: change the named grants by their deltas and stack what remains of all live layers in burn
-- order (priority, then expiry with never last, then age), the first to burn on top. The level moves by the sum.
-- What has expired at t and is still there is held: it goes to the very top, where no gift can push it out of the
-- protection of its hold.
CREATE OR REPLACE FUNCTION credits.restack(w credits.wallets, t timestamptz, grant_ids uuid[], deltas bigint[])
RETURNS credits.wallets LANGUAGE plpgsql AS $$
DECLARE
  next_expiry timestamptz;
BEGIN
  WITH contents AS (
    SELECT c.grant_id, sum(c.amount)::bigint AS height
      FROM (SELECT l.grant_id, LEAST(w.balance - l.floor, l.height) AS amount
              FROM credits.grant_layers l
             WHERE l.user_id = w.user_id AND l.epoch = w.epoch AND l.floor < w.balance
             UNION ALL
            SELECT d.grant_id, d.delta FROM unnest(grant_ids, deltas) AS d (grant_id, delta)) c
     GROUP BY c.grant_id HAVING sum(c.amount) > 0
  ), stacked AS (
    SELECT c.grant_id, c.height, g.expires_at,
           sum(c.height) OVER (ORDER BY COALESCE(g.expires_at <= t, false), g.priority DESC,
                                        g.expires_at DESC NULLS FIRST, g.seq DESC)::bigint AS top
      FROM contents c JOIN credits.grant_terms g ON g.id = c.grant_id
  ), layers AS (
    INSERT INTO credits.grant_layers (user_id, epoch, floor, height, grant_id)
    SELECT w.user_id, w.epoch + 1, s.top - s.height, s.height, s.grant_id FROM stacked s
  )
  SELECT min(s.expires_at) INTO next_expiry FROM stacked s;

  w.epoch := w.epoch + 1;
  w.balance := w.balance + (SELECT sum(d) FROM unnest(deltas) d);
  w.due_at := LEAST(w.due_at, next_expiry);
  RETURN w;
END $$;

-- Give credits as a new grant: its terms, its layer and the ledger entry of the given kind.
CREATE OR REPLACE FUNCTION credits.pour(w credits.wallets, t timestamptz, kind text, op credits.operation)
RETURNS credits.wallets LANGUAGE plpgsql AS $$
DECLARE
  grant_id uuid := gen_random_uuid();
BEGIN
  INSERT INTO credits.grant_terms (id, user_id, amount, category, priority, expires_at, reason, actor, created_at)
  VALUES (grant_id, w.user_id, op.credits, COALESCE(op.category, 'compensation'), COALESCE(op.priority, 50),
          op.expires_at, op.reason, op.actor, t);
  w := credits.restack(w, t, ARRAY[grant_id], ARRAY[op.credits]);
  w.version := w.version + 1;
  INSERT INTO credits.entries (user_id, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                               reason, actor, grant_id, key, fingerprint)
  VALUES (w.user_id, w.version, op.id, kind, op.credits, w.balance, w.held, w.epoch, t,
          op.reason, op.actor, grant_id, op.key, op.fingerprint);
  RETURN w;
END $$;

-- Everything of a locked wallet that is due at t: holds that nobody kept alive, then grants that expired.
-- What is held does not expire: holds protect the top of the glass, (balance - held, balance]. A wallet whose
-- expired credits are still protected stays due, so the release of the hold settles it.
CREATE OR REPLACE FUNCTION credits.settle(w credits.wallets, t timestamptz)
RETURNS credits.wallets LANGUAGE plpgsql AS $$
DECLARE
  hold record;
  lapse record;
  level bigint;
  grant_ids uuid[] := '{}';
  deltas bigint[] := '{}';
BEGIN
  FOR hold IN SELECT h.id, h.amount FROM credits.holds h
               WHERE h.user_id = w.user_id AND h.state = 'held' AND h.expires_at <= t ORDER BY h.created_version
  LOOP
    w.version := w.version + 1;
    w.held := w.held - hold.amount;
    w.active_holds := w.active_holds - 1;
    UPDATE credits.holds h
       SET state = 'expired', resolved_at = t, resolved_version = w.version, reason = 'not kept alive'
     WHERE h.id = hold.id;
  END LOOP;

  level := w.balance;
  FOR lapse IN
    SELECT l.grant_id, LEAST(l.floor + l.height, w.balance - w.held) - l.floor AS amount
      FROM credits.grant_layers l JOIN credits.grant_terms g ON g.id = l.grant_id
     WHERE l.user_id = w.user_id AND l.epoch = w.epoch AND l.floor < w.balance - w.held AND g.expires_at <= t
     ORDER BY l.floor DESC
  LOOP
    w.version := w.version + 1;
    level := level - lapse.amount;
    grant_ids := grant_ids || lapse.grant_id;
    deltas := deltas || -lapse.amount;
    INSERT INTO credits.entries (user_id, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                                 reason, actor, grant_id)
    VALUES (w.user_id, w.version, gen_random_uuid(), 'expiry', -lapse.amount, level, w.held, w.epoch, t,
            'expired', 'ledger', lapse.grant_id);
  END LOOP;
  IF cardinality(grant_ids) > 0 THEN
    w := credits.restack(w, t, grant_ids, deltas);
  END IF;

  w.due_at := (SELECT min(g.expires_at) FROM credits.grant_layers l JOIN credits.grant_terms g ON g.id = l.grant_id
                WHERE l.user_id = w.user_id AND l.epoch = w.epoch AND l.floor < w.balance);
  w.holds_due_at := (SELECT min(h.expires_at) FROM credits.holds h WHERE h.user_id = w.user_id AND h.state = 'held');
  RETURN w;
END $$;

-- Give back `credits` of a charge: to the grants it burned, the last burned first. The charge took the slice
-- (balance_after, balance_after + charged] of its epoch's glass and earlier refunds the lowest part of it, so
-- this refund takes the next part up. What came from a grant that has expired since returns as a new grant of
-- the same priority and category without expiry.
CREATE OR REPLACE FUNCTION credits.give_back(
  w credits.wallets, t timestamptz, op credits.operation, charge credits.entries, already bigint)
RETURNS credits.wallets LANGUAGE plpgsql AS $$
DECLARE
  bottom bigint := charge.balance_after + already;
  slice record;
  grant_ids uuid[] := '{}';
  deltas bigint[] := '{}';
  successor uuid;
BEGIN
  FOR slice IN
    SELECT g.id, g.priority, g.category, g.expires_at <= t AS expired,
           LEAST(l.floor + l.height, bottom + op.credits) - GREATEST(l.floor, bottom) AS amount
      FROM credits.grant_layers l JOIN credits.grant_terms g ON g.id = l.grant_id
     WHERE l.user_id = w.user_id AND l.epoch = charge.epoch
       AND l.floor < bottom + op.credits AND l.floor + l.height > bottom
     ORDER BY l.floor
  LOOP
    IF slice.expired THEN
      successor := gen_random_uuid();
      INSERT INTO credits.grant_terms (id, user_id, amount, category, priority, reason, actor, created_at)
      VALUES (successor, w.user_id, slice.amount, slice.category, slice.priority, op.reason, op.actor, t);
      slice.id := successor;
    END IF;
    grant_ids := grant_ids || slice.id;
    deltas := deltas || slice.amount;
  END LOOP;

  w := credits.restack(w, t, grant_ids, deltas);
  w.version := w.version + 1;
  INSERT INTO credits.refunds AS r (entry_id, user_id, charged, refunded)
  VALUES (charge.id, w.user_id, -charge.amount, op.credits)
  ON CONFLICT (entry_id) DO UPDATE SET refunded = r.refunded + op.credits;
  INSERT INTO credits.entries (user_id, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                               action, reason, actor, reverses, key, fingerprint)
  VALUES (w.user_id, w.version, op.id, 'refund', op.credits, w.balance, w.held, w.epoch, t,
          charge.action, op.reason, op.actor, charge.id, op.key, op.fingerprint);
  RETURN w;
END $$;
