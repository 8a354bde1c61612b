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
-- key_reused (the key was used with another input); a key used with this input answers `replayed`. What no verb can
-- mean (negative credits, an unknown verb, a refund into another wallet than its charge's, a hold twice in a batch) is
-- an error, 22023, and nothing of the batch is done.
--
-- Wallets are locked in the order of their user ids, so two batches cannot deadlock; holds, layers and refunds
-- are written only under their wallet's lock and need none of their own. The clock is read after the locks are
-- taken: a wait for a lock must not let an expired hold be captured. One ordered pass folds each wallet in
-- variables, so a refusal touches nothing and its neighbours go on; the writes follow, one statement a table.
--
-- batch: n = 1, 2, 3 …; a key or a hold at most once in it
-- newcomers: users whose wallet is opened when there is none
CREATE OR REPLACE FUNCTION credits.apply(batch credits.operation[], wait boolean, newcomers text[])
RETURNS TABLE (n int, outcome text, id uuid, user_id text, amount bigint, balance bigint, held bigint,
               version bigint, epoch_ms double precision, detail json)
LANGUAGE plpgsql SECURITY DEFINER
-- With the ledger's mark; see edits.sql.
SET search_path = credits, pg_catalog, pg_ledger_hand, pg_temp
-- The plan must not follow the statistics of the day: always the indexes, planned once per connection.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  largest CONSTANT bigint := 9007199254740991;
  t timestamptz;
  operations credits.operation[];
  owners text[];
  by_reference boolean;
  meaningful boolean;
  about_holds boolean;
  keyed boolean;
  locked credits.wallets[];
  -- Where the locked rows lie: under their locks they stay there until the writes at the end.
  spots tid[];
  place int := 0;
  w credits.wallets;
  -- A wallet is written when its version rose, or its settling changed it; comparing all its columns costs more.
  version_at_start bigint;
  settled boolean;
  op credits.operation;
  -- By n: the hold an operation is about, and the entry and the hold that used its key before.
  meant credits.holds[];
  meant_spots tid[];
  spent credits.entries[];
  reserved credits.holds[];
  hold credits.holds;
  cost bigint;
  charge credits.entries;
  already bigint;
  lapses_at timestamptz;
  -- The earliest expiry among this wallet's holds of this batch, which settle cannot see in the table yet.
  unwritten_due timestamptz;
  changed credits.wallets[];
  changed_spots tid[];
  entries credits.entries[];
  made credits.holds[];
  resolved credits.holds[];
  resolved_spots tid[];
  written int;
  announced text;
BEGIN
  IF cardinality(newcomers) > 0 THEN
    INSERT INTO credits.wallets (user_id)
    SELECT o.user_id FROM unnest(batch) o
     WHERE o.user_id = ANY (newcomers) AND (o.expires_at IS NULL OR o.expires_at > clock_timestamp())
     -- Two batches that open the same wallets must not wait for each other.
     GROUP BY o.user_id ORDER BY o.user_id COLLATE "C"
    ON CONFLICT DO NOTHING;
  END IF;

  -- What only some operations need is looked up only when one of them is there: a lone charge would
  -- spend a fifth of its time on setting up plans it does not run.
  SELECT array_agg(o ORDER BY o.user_id COLLATE "C", o.n), array_agg(o.user_id),
         bool_or(o.user_id IS NULL), bool_or(o.hold_id IS NOT NULL), bool_or(o.key IS NOT NULL),
         bool_and((CASE o.verb
           WHEN 'charge' THEN o.credits >= 0 AND o.user_id IS NOT NULL AND o.id IS NOT NULL AND o.action IS NOT NULL
           WHEN 'hold' THEN o.credits >= 0 AND o.ttl_seconds > 0 AND o.user_id IS NOT NULL AND o.id IS NOT NULL
                            AND o.action IS NOT NULL
           WHEN 'capture' THEN COALESCE(o.credits, 0) >= 0 AND o.hold_id IS NOT NULL AND o.id IS NOT NULL
           WHEN 'release' THEN o.hold_id IS NOT NULL
           WHEN 'extend' THEN o.ttl_seconds > 0 AND o.hold_id IS NOT NULL
           WHEN 'settle' THEN o.user_id IS NOT NULL
           WHEN 'refund' THEN COALESCE(o.credits, 1) > 0 AND o.entry_id IS NOT NULL
           WHEN 'grant' THEN o.credits > 0 AND o.user_id IS NOT NULL
           WHEN 'adjust' THEN o.credits <> 0 AND o.user_id IS NOT NULL
         END AND (o.key IS NULL) = (o.fingerprint IS NULL)
             AND (o.verb NOT IN ('refund', 'grant', 'adjust')
                  OR (o.id IS NOT NULL AND o.reason IS NOT NULL AND o.actor IS NOT NULL))) IS TRUE)
    INTO operations, owners, by_reference, about_holds, keyed, meaningful FROM unnest(batch) o;
  IF NOT meaningful THEN
    RAISE EXCEPTION 'credits.apply: an operation that no verb can mean' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF by_reference THEN
    -- The owner of a hold or an entry may be read before the lock: only an erasure changes it, and then there is no
    -- such wallet.
    SELECT array_agg(ROW(o.n, o.verb, o.owner, o.id, o.hold_id, o.entry_id, o.credits, o.ttl_seconds, o.action,
                         o.price_version, o.key, o.fingerprint, o.reason, o.actor, o.category, o.priority,
                         o.expires_at)::credits.operation ORDER BY o.owner COLLATE "C", o.n), array_agg(o.owner)
      INTO operations, owners
      FROM (SELECT x.*, COALESCE(x.user_id, (SELECT h.user_id FROM credits.holds h WHERE h.id = x.hold_id),
                                 (SELECT e.user_id FROM credits.entries e WHERE e.id = x.entry_id)) AS owner
              FROM unnest(operations) x) o;
  END IF;

  IF wait THEN
    SELECT array_agg(l.x), array_agg(l.spot) INTO locked, spots
      FROM (SELECT x, x.ctid AS spot FROM credits.wallets x WHERE x.user_id = ANY (owners) ORDER BY x.user_id
               FOR NO KEY UPDATE) l;
  ELSE
    SELECT array_agg(l.x), array_agg(l.spot) INTO locked, spots
      FROM (SELECT x, x.ctid AS spot FROM credits.wallets x WHERE x.user_id = ANY (owners) ORDER BY x.user_id
               FOR NO KEY UPDATE SKIP LOCKED) l;
  END IF;
  t := clock_timestamp();
  epoch_ms := floor(date_part('epoch', t) * 1000);

  IF about_holds THEN
    SELECT array_agg(h.x ORDER BY o.n), array_agg(h.spot ORDER BY o.n) INTO meant, meant_spots
      FROM unnest(operations) o
      LEFT JOIN LATERAL (SELECT x, x.ctid AS spot FROM credits.holds x WHERE x.id = o.hold_id) h ON true;
  END IF;
  IF keyed THEN
    SELECT array_agg((SELECT e FROM credits.entries e WHERE e.user_id = o.user_id AND e.key = o.key) ORDER BY o.n),
           array_agg((SELECT h FROM credits.holds h WHERE h.user_id = o.user_id AND h.key = o.key
                         AND h.state IN ('held', 'captured')) ORDER BY o.n)
      INTO spent, reserved FROM unnest(operations) o;
  END IF;

  FOREACH op IN ARRAY operations LOOP
    -- The next wallet: put the last one away, take the lock's row of this one, settle what is due.
    IF op.user_id IS DISTINCT FROM w.user_id THEN
      IF w.version <> version_at_start OR settled THEN
        changed := changed || w;
        changed_spots := changed_spots || spots[place];
      END IF;
      IF locked[place + 1].user_id = op.user_id THEN
        place := place + 1;
        w := locked[place];
        version_at_start := w.version;
        settled := false;
        unwritten_due := NULL;
        IF w.due_at <= t OR w.holds_due_at <= t OR op.verb = 'settle' THEN
          w := credits.settle(w, t);
          settled := w *<> locked[place];
        END IF;
      ELSE
        w := NULL;
        w.user_id := op.user_id;
        version_at_start := NULL;
        settled := false;
      END IF;
    END IF;

    n := op.n;
    id := op.id;
    user_id := op.user_id;
    amount := op.credits;
    detail := NULL;
    outcome := 'done';

    IF w.balance IS NULL THEN
      -- No row locked: somebody else has the wallet (the item rides later), or there is none. One that was erased
      -- while a grant waited for it is opened anew when that rides again.
      outcome := CASE WHEN NOT wait AND EXISTS (SELECT FROM credits.wallets x WHERE x.user_id = op.user_id) THEN 'busy'
                      WHEN op.verb = 'grant' AND op.expires_at <= t THEN 'already_expired'
                      WHEN op.user_id = ANY (newcomers) THEN 'busy'
                      WHEN op.verb IN ('charge', 'hold', 'adjust') THEN 'insufficient'
                      WHEN op.verb = 'settle' THEN 'done' ELSE 'not_found' END;
    ELSIF (spent[op.n]).id IS NOT NULL THEN
      -- The ledger remembers a used key for ever. A captured hold's key is its charge's key.
      IF (spent[op.n]).fingerprint <> op.fingerprint THEN
        outcome := 'key_reused';
      ELSIF op.verb = 'hold' THEN
        outcome := 'replayed';
        detail := row_to_json(reserved[op.n]);
      ELSE
        outcome := 'replayed';
        id := (spent[op.n]).id;
        amount := (spent[op.n]).amount;
        detail := row_to_json(spent[op.n]);
      END IF;
    -- An overdue hold was settled just above, whatever this pass's snapshot says: its key is free.
    ELSIF (reserved[op.n]).state = 'captured' OR (reserved[op.n]).expires_at > t THEN
      outcome := CASE WHEN (reserved[op.n]).fingerprint <> op.fingerprint THEN 'key_reused' ELSE 'replayed' END;
      detail := row_to_json(reserved[op.n]);
    ELSIF op.verb = 'charge' THEN
      IF w.balance - w.held < op.credits THEN
        outcome := 'insufficient';
        detail := credits.running_holds(w, made || resolved);
      ELSE
        w.balance := w.balance - op.credits;
        w.version := w.version + 1;
        entries := entries || ROW(w.version, -op.credits, w.balance, w.held, w.epoch, t, op.id, op.user_id,
          'charge', op.action, op.price_version, NULL, NULL, NULL, NULL, NULL, op.key, op.fingerprint)::credits.entries;
      END IF;
    ELSIF op.verb = 'hold' THEN
      IF w.balance - w.held < op.credits THEN
        outcome := 'insufficient';
        detail := credits.running_holds(w, made || resolved);
      ELSE
        w.held := w.held + op.credits;
        w.active_holds := w.active_holds + 1;
        w.version := w.version + 1;
        lapses_at := t + make_interval(secs => op.ttl_seconds);
        unwritten_due := LEAST(unwritten_due, lapses_at);
        w.holds_due_at := LEAST(w.holds_due_at, lapses_at);
        made := made || ROW(op.credits, w.version, NULL, lapses_at, t, NULL,
          op.id, op.user_id, 'held', op.action, op.price_version, NULL, op.key, op.fingerprint)::credits.holds;
      END IF;
    ELSIF op.verb IN ('capture', 'release', 'extend') THEN
      hold := meant[op.n];
      cost := CASE op.verb WHEN 'capture' THEN COALESCE(op.credits, hold.amount) ELSE 0 END;
      amount := cost;
      IF hold.user_id IS DISTINCT FROM op.user_id THEN
        -- The caller named the owner, and it is another one now.
        outcome := 'not_found';
      ELSIF hold.state = 'expired' OR (hold.state = 'held' AND hold.expires_at <= t) THEN
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
            entries := entries || ROW(w.version, -cost, w.balance, w.held, w.epoch, t, op.id, op.user_id,
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
        resolved := resolved || hold;
        resolved_spots := resolved_spots || meant_spots[op.n];
      END IF;
    ELSIF op.verb = 'grant' OR (op.verb = 'adjust' AND op.credits > 0) THEN
      IF op.expires_at <= t THEN
        outcome := 'already_expired';
      ELSIF op.credits > largest - w.balance THEN
        outcome := 'too_large';
      ELSE
        w := credits.pour(w, t, CASE op.verb WHEN 'grant' THEN 'grant' ELSE 'adjustment' END, op);
      END IF;
    ELSIF op.verb = 'adjust' THEN
      IF w.balance - w.held < -op.credits THEN
        outcome := 'insufficient';
        detail := credits.running_holds(w, made || resolved);
      ELSE
        w.balance := w.balance + op.credits;
        w.version := w.version + 1;
        entries := entries || ROW(w.version, op.credits, w.balance, w.held, w.epoch, t, op.id, op.user_id,
          'adjustment', NULL, NULL, op.reason, op.actor, NULL, NULL, NULL, op.key, op.fingerprint)::credits.entries;
      END IF;
    ELSIF op.verb = 'refund' THEN
      SELECT * INTO charge FROM credits.entries e WHERE e.id = op.entry_id;
      already := COALESCE((SELECT r.refunded FROM credits.refunds r WHERE r.entry_id = op.entry_id), 0);
      amount := COALESCE(op.credits, -charge.amount - already);
      IF charge.user_id <> op.user_id THEN
        -- Erased while this waited for the wallet; otherwise the caller named somebody else.
        IF NOT EXISTS (SELECT FROM credits.erasures x WHERE x.pseudonym = charge.user_id) THEN
          RAISE EXCEPTION 'credits.apply: a refund into another wallet than its charge''s'
            USING ERRCODE = 'invalid_parameter_value';
        END IF;
        outcome := 'not_found';
      ELSIF charge.kind <> 'charge' THEN
        outcome := 'not_a_charge';
      ELSIF amount > -charge.amount - already OR amount = 0 THEN
        outcome := 'refund_exceeds_charge';
        detail := json_build_object('charged', -charge.amount, 'refunded', already);
      ELSIF amount > largest - w.balance THEN
        outcome := 'too_large';
      ELSE
        op.credits := amount;
        w := credits.give_back(w, t, op, charge, already);
      END IF;
    END IF;
    balance := COALESCE(w.balance, 0);
    held := COALESCE(w.held, 0);
    version := COALESCE(w.version, 0);
    RETURN NEXT;
  END LOOP;
  IF w.version <> version_at_start OR settled THEN
    changed := changed || w;
    changed_spots := changed_spots || spots[place];
  END IF;

  IF made IS NOT NULL THEN
    INSERT INTO credits.holds SELECT * FROM unnest(made);
  END IF;
  IF resolved IS NOT NULL THEN
    UPDATE credits.holds x
       SET state = c.state, expires_at = c.expires_at, resolved_at = c.resolved_at,
           resolved_version = c.resolved_version, reason = c.reason
      FROM unnest(resolved, resolved_spots) c WHERE x.ctid = c.unnest;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> cardinality(resolved) THEN
      RAISE EXCEPTION 'credits.apply: a hold twice in one batch' USING ERRCODE = 'invalid_parameter_value';
    END IF;
  END IF;
  IF changed IS NOT NULL THEN
    -- By the place of the row: the planner cannot trade that for a walk of a whole index, as it was seen to do with
    -- a table it took for empty; and it costs less than an upsert. Two writes, one statement: half the setting up.
    WITH moved AS (
      UPDATE credits.wallets x
         SET balance = c.balance, held = c.held, version = c.version, epoch = c.epoch, due_at = c.due_at,
             holds_due_at = c.holds_due_at, active_holds = c.active_holds, updated_at = t
        FROM unnest(changed, changed_spots) c WHERE x.ctid = c.unnest
      RETURNING x.user_id, x.version
    ), booked AS (
      INSERT INTO credits.entries SELECT * FROM unnest(entries)
    )
    SELECT json_object_agg(m.user_id, m.version)::text INTO announced FROM moved m;
    announced := credits.announce(announced);
  END IF;
END $$;
