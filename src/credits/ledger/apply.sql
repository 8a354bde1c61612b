-- The one function that moves credits. Lone calls, batches and calls inside a caller's transaction come here alike.
--
--   verb     before             after                     refused when
--   charge   available >= c     balance - c               insufficient
--   hold     available >= c     held + c                  insufficient
--   capture  state held         balance - c, held - a     hold_resolved, hold_expired, capture_exceeds_hold
--   release  state held         held - a                  hold_resolved, hold_expired
--   extend   state held         expires_at later          hold_resolved, hold_expired
--   grant                       balance + c               already_expired, too_large
--   adjust   available >= -c    balance + c (c signed)    insufficient, too_large
--   refund   entry is a charge  balance + c               not_a_charge, refund_exceeds_charge, too_large
--   settle                      what is due expires       -
-- Every verb: not_found (no such hold, entry), busy (wait is false and a foreign transaction holds the wallet),
-- key_reused (the key was used with another input); a key used with this input answers `replayed`.
--
-- Wallets are locked in the order of their user ids, so two batches cannot deadlock; holds, layers and refunds
-- are written only under their wallet's lock and need none of their own. The clock is read after the locks are
-- taken: a wait for a lock must not let an expired hold be captured. One ordered pass folds each wallet in
-- variables, so a refusal touches nothing and its neighbours go on; the writes follow, one statement a table.
--
-- batch: JSON array of credits.operation, n = 1, 2, 3 …; a key or a hold at most once in it
-- newcomers: users whose wallet is opened when there is none
CREATE OR REPLACE FUNCTION credits.apply(batch json, wait boolean, newcomers text[])
RETURNS TABLE (n int, outcome text, id uuid, user_id text, amount bigint, balance bigint, held bigint,
               version bigint, epoch_ms double precision, detail json)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = credits, pg_catalog, pg_temp
SET credits.writer = 'ledger'
-- The plan must not follow the statistics of the day: always the indexes, planned once per connection.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  largest CONSTANT bigint := 9007199254740991;
  t timestamptz;
  t_ms double precision;
  operations credits.operation[];
  owners text[];
  locked credits.wallets[];
  next_locked int := 1;
  w credits.wallets;
  version_at_start bigint;
  due_at_start timestamptz;
  holds_due_at_start timestamptz;
  op record;
  hold credits.holds;
  cost bigint;
  charge credits.entries;
  already bigint;
  lapses_at timestamptz;
  -- The earliest expiry among this wallet's holds of this batch, which settle cannot see in the table yet.
  unwritten_due timestamptz;
  changed credits.wallets[];
  entries credits.entries[];
  holds credits.holds[];
BEGIN
  IF cardinality(newcomers) > 0 THEN
    INSERT INTO credits.wallets (user_id)
    SELECT DISTINCT o.user_id FROM json_populate_recordset(NULL::credits.operation, batch) o
     WHERE o.user_id = ANY (newcomers) AND (o.expires_at IS NULL OR o.expires_at > clock_timestamp())
    ON CONFLICT DO NOTHING;
  END IF;

  -- Parsed once; who owns the wallet of a hold or an entry never changes, so it may be read before the lock.
  SELECT array_agg(o), array_agg(COALESCE(o.user_id,
                                          (SELECT h.user_id FROM credits.holds h WHERE h.id = o.hold_id),
                                          (SELECT e.user_id FROM credits.entries e WHERE e.id = o.entry_id)))
    INTO operations, owners FROM json_populate_recordset(NULL::credits.operation, batch) o;

  IF wait THEN
    SELECT array_agg(l.x) INTO locked
      FROM (SELECT x FROM credits.wallets x WHERE x.user_id = ANY (owners) ORDER BY x.user_id FOR NO KEY UPDATE) l;
  ELSE
    SELECT array_agg(l.x) INTO locked
      FROM (SELECT x FROM credits.wallets x WHERE x.user_id = ANY (owners) ORDER BY x.user_id
               FOR NO KEY UPDATE SKIP LOCKED) l;
  END IF;
  t := clock_timestamp();
  t_ms := floor(extract(epoch FROM t) * 1000);

  FOR op IN
    SELECT o.*, o AS whole, owners[o.n] COLLATE "C" AS owner,
           CASE WHEN o.hold_id IS NOT NULL THEN
             (SELECT h FROM credits.holds h WHERE h.id = o.hold_id) END AS hold,
           CASE WHEN o.key IS NOT NULL THEN
             (SELECT e FROM credits.entries e WHERE e.user_id = owners[o.n] AND e.key = o.key) END AS spent,
           CASE WHEN o.key IS NOT NULL THEN
             (SELECT h FROM credits.holds h
               WHERE h.user_id = owners[o.n] AND h.key = o.key AND h.state IN ('held', 'captured')) END AS reserved
      FROM unnest(operations) o
     ORDER BY owners[o.n] COLLATE "C", o.n
  LOOP
    -- The next wallet: put the last one away, take the lock's row of this one, settle what is due.
    IF op.owner IS DISTINCT FROM w.user_id THEN
      IF w.version > version_at_start OR w.due_at IS DISTINCT FROM due_at_start
         OR w.holds_due_at IS DISTINCT FROM holds_due_at_start THEN
        changed := changed || w;
      END IF;
      IF locked[next_locked].user_id = op.owner THEN
        w := locked[next_locked];
        next_locked := next_locked + 1;
        version_at_start := w.version;
        due_at_start := w.due_at;
        holds_due_at_start := w.holds_due_at;
        unwritten_due := NULL;
        IF w.due_at <= t OR w.holds_due_at <= t OR op.verb = 'settle' THEN
          w := credits.settle(w, t);
        END IF;
      ELSE
        w := NULL;
        w.user_id := op.owner;
        due_at_start := NULL;
        holds_due_at_start := NULL;
      END IF;
    END IF;

    n := op.n;
    id := op.id;
    user_id := op.owner;
    amount := op.credits;
    epoch_ms := t_ms;
    detail := NULL;
    outcome := 'done';

    IF w.balance IS NULL THEN
      -- No row locked: somebody else has the wallet (the item rides later), or there is none.
      outcome := CASE WHEN NOT wait AND EXISTS (SELECT FROM credits.wallets x WHERE x.user_id = op.owner) THEN 'busy'
                      WHEN op.verb IN ('charge', 'hold', 'adjust') THEN 'insufficient'
                      WHEN op.verb = 'grant' THEN 'already_expired'
                      WHEN op.verb = 'settle' THEN 'done' ELSE 'not_found' END;
    ELSIF (op.spent).id IS NOT NULL THEN
      -- The ledger remembers a used key for ever. A captured hold's key is its charge's key.
      IF (op.spent).fingerprint <> op.fingerprint THEN
        outcome := 'key_reused';
      ELSIF op.verb = 'hold' THEN
        outcome := 'replayed';
        detail := row_to_json(op.reserved);
      ELSE
        outcome := 'replayed';
        id := (op.spent).id;
        amount := (op.spent).amount;
        detail := row_to_json(op.spent);
      END IF;
    -- An overdue hold was settled just above, whatever this pass's snapshot says: its key is free.
    ELSIF (op.reserved).state = 'captured' OR (op.reserved).expires_at > t THEN
      outcome := CASE WHEN (op.reserved).fingerprint <> op.fingerprint THEN 'key_reused' ELSE 'replayed' END;
      detail := row_to_json(op.reserved);
    ELSIF op.verb = 'charge' THEN
      IF w.balance - w.held < op.credits THEN
        outcome := 'insufficient';
        detail := credits.running_holds(w, holds);
      ELSE
        w.balance := w.balance - op.credits;
        w.version := w.version + 1;
        entries := entries || ROW(w.version, -op.credits, w.balance, w.held, w.epoch, t, op.id, op.owner,
          'charge', op.action, op.price_version, NULL, NULL, NULL, NULL, NULL, op.key, op.fingerprint)::credits.entries;
      END IF;
    ELSIF op.verb = 'hold' THEN
      IF w.balance - w.held < op.credits THEN
        outcome := 'insufficient';
        detail := credits.running_holds(w, holds);
      ELSE
        w.held := w.held + op.credits;
        w.active_holds := w.active_holds + 1;
        w.version := w.version + 1;
        lapses_at := t + make_interval(secs => op.ttl_seconds);
        unwritten_due := LEAST(unwritten_due, lapses_at);
        w.holds_due_at := LEAST(w.holds_due_at, lapses_at);
        holds := holds || ROW(op.credits, w.version, NULL, lapses_at, t, NULL,
          op.id, op.owner, 'held', op.action, op.price_version, NULL, op.key, op.fingerprint)::credits.holds;
      END IF;
    ELSIF op.verb IN ('capture', 'release', 'extend') THEN
      hold := op.hold;
      cost := CASE op.verb WHEN 'capture' THEN COALESCE(op.credits, hold.amount) ELSE 0 END;
      amount := cost;
      IF hold.state = 'expired' OR (hold.state = 'held' AND hold.expires_at <= t) THEN
        outcome := 'hold_expired';
      ELSIF hold.state <> 'held' THEN
        outcome := 'hold_resolved';
      ELSIF cost > hold.amount THEN
        outcome := 'capture_exceeds_hold';
      END IF;
      IF outcome <> 'done' THEN
        detail := row_to_json(hold);
      ELSE
        hold.reason := op.reason;
        IF op.verb = 'extend' THEN
          hold.expires_at := GREATEST(hold.expires_at, t + make_interval(secs => op.ttl_seconds));
        ELSE
          w.held := w.held - hold.amount;
          w.active_holds := w.active_holds - 1;
          w.balance := w.balance - cost;
          w.version := w.version + 1;
          hold.state := CASE op.verb WHEN 'capture' THEN 'captured' ELSE 'released' END;
          hold.resolved_at := t;
          hold.resolved_version := w.version;
          IF op.verb = 'capture' THEN
            entries := entries || ROW(w.version, -cost, w.balance, w.held, w.epoch, t, op.id, op.owner,
              'charge', hold.action, hold.price_version, NULL, NULL, hold.id, NULL, NULL,
              hold.key, hold.fingerprint)::credits.entries;
          END IF;
          IF w.active_holds = 0 THEN
            w.holds_due_at := NULL;
          END IF;
          -- The hold may have protected credits that expired meanwhile.
          IF w.due_at <= t THEN
            w := credits.settle(w, t);
            w.holds_due_at := LEAST(w.holds_due_at, unwritten_due);
          END IF;
        END IF;
        holds := holds || hold;
      END IF;
    ELSIF op.verb = 'grant' OR (op.verb = 'adjust' AND op.credits > 0) THEN
      IF op.expires_at <= t THEN
        outcome := 'already_expired';
      ELSIF op.credits > largest - w.balance THEN
        outcome := 'too_large';
      ELSE
        w := credits.pour(w, t, CASE op.verb WHEN 'grant' THEN 'grant' ELSE 'adjustment' END, op.whole);
      END IF;
    ELSIF op.verb = 'adjust' THEN
      IF w.balance - w.held < -op.credits THEN
        outcome := 'insufficient';
        detail := credits.running_holds(w, holds);
      ELSE
        w.balance := w.balance + op.credits;
        w.version := w.version + 1;
        entries := entries || ROW(w.version, op.credits, w.balance, w.held, w.epoch, t, op.id, op.owner,
          'adjustment', NULL, NULL, op.reason, op.actor, NULL, NULL, NULL, op.key, op.fingerprint)::credits.entries;
      END IF;
    ELSIF op.verb = 'refund' THEN
      SELECT * INTO charge FROM credits.entries e WHERE e.id = op.entry_id;
      already := COALESCE((SELECT r.refunded FROM credits.refunds r WHERE r.entry_id = op.entry_id), 0);
      amount := COALESCE(op.credits, -charge.amount - already);
      IF charge.kind <> 'charge' THEN
        outcome := 'not_a_charge';
      ELSIF amount > -charge.amount - already OR amount = 0 THEN
        outcome := 'refund_exceeds_charge';
        detail := json_build_object('charged', -charge.amount, 'refunded', already);
      ELSIF amount > largest - w.balance THEN
        outcome := 'too_large';
      ELSE
        op.whole.credits := amount;
        w := credits.give_back(w, t, op.whole, charge, already);
      END IF;
    END IF;
    balance := COALESCE(w.balance, 0);
    held := COALESCE(w.held, 0);
    version := COALESCE(w.version, 0);
    RETURN NEXT;
  END LOOP;
  IF w.version > version_at_start OR w.due_at IS DISTINCT FROM due_at_start
         OR w.holds_due_at IS DISTINCT FROM holds_due_at_start THEN
    changed := changed || w;
  END IF;

  -- Upserts, although the rows exist: ON CONFLICT goes by the primary key whatever the planner believes about
  -- the table's size; UPDATE … FROM was seen to walk a whole index of a table it took for empty.
  INSERT INTO credits.wallets AS x SELECT * FROM unnest(changed)
  ON CONFLICT (user_id) DO UPDATE
     SET balance = excluded.balance, held = excluded.held, version = excluded.version, epoch = excluded.epoch,
         due_at = excluded.due_at, holds_due_at = excluded.holds_due_at, active_holds = excluded.active_holds,
         updated_at = t;
  IF holds IS NOT NULL THEN
    INSERT INTO credits.holds AS x SELECT * FROM unnest(holds)
    ON CONFLICT (id) DO UPDATE
       SET state = excluded.state, expires_at = excluded.expires_at, resolved_at = excluded.resolved_at,
           resolved_version = excluded.resolved_version, reason = excluded.reason;
  END IF;
  IF entries IS NOT NULL THEN
    INSERT INTO credits.entries SELECT * FROM unnest(entries);
  END IF;
  PERFORM credits.announce(changed);
END $$;
