-- The one function that moves credits. Lone calls, batches and calls inside a caller's transaction come here alike.
--
--   verb     before             after                     refused when
--   charge   available >= c     balance - c               insufficient
--   hold     available >= c     held + c                  insufficient
--   capture  the hold runs      balance - c, held - a     hold_resolved, hold_expired, capture_exceeds_hold
--   release  the hold runs      held - a                  hold_resolved, hold_expired
--   extend   the hold runs      expires_at later          hold_resolved, hold_expired
--   take     the hold runs      its owner is another      hold_resolved, hold_expired, not_found (another action)
--   raise    available >= c - a held + c - a              hold_resolved, hold_expired, insufficient
--   grant                       balance + c               already_expired, too_large
--   adjust   available >= -c    balance + c (c signed)    insufficient, too_large
--   refund   entry is a charge  balance + c               not_a_charge, refund_exceeds_charge, too_large
--   clawback entry is a grant   less, or owed; see clawback.sql   not_a_grant, clawback_exceeds_grant, too_large
--   restore  entry is a grant   less owed, or more        not_a_grant, restore_exceeds_clawback, too_large
--   settle                      what is due expires       -
-- After each of them what is available pays what is owed.
-- An operation on a hold that names its `owner` is refused (hold_taken_over) once somebody else has taken the hold:
-- only `take` makes another one the owner. One that names none is the host's own word, and always heard.
-- Every verb: not_found (no such hold, entry), busy (wait is false and a foreign transaction holds the wallet),
-- key_reused (the key was used with another input); a key used with this input answers `replayed`. What no verb can
-- mean (negative credits, an unknown verb, a refund into another wallet than its charge's, a hold or a wallet's key twice in
-- a batch) is an error, 22023, and nothing of the batch is done.
--
-- Wallets are locked in the order of their user ids, so two batches cannot deadlock; holds, layers and refunds
-- are written only under their wallet's lock and need none of their own. The clock is read after the locks are
-- taken: a wait for a lock must not let an expired hold be captured. One ordered pass folds each wallet in
-- variables, so a refusal touches nothing and its neighbours go on; the writes follow, one statement a table.
--
-- batch: n = 1, 2, 3 …; a key or a hold at most once in it
-- newcomers: users whose wallet is opened when there is none
-- announces: whether the commit tells who listens which wallets changed. It makes the commits of all who do so wait for each
--   other, so a caller that hears of its commit tells them afterwards (announcer.ts)
-- name_hash: of the wallet, where it changed
CREATE OR REPLACE FUNCTION apply(batch operation[], wait boolean, newcomers text[], announces boolean DEFAULT true)
RETURNS TABLE (n int, outcome text, id uuid, user_id text, amount bigint, balance bigint, held bigint,
               version bigint, owed bigint, epoch_ms double precision, detail json, name_hash int)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
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
  lone CONSTANT boolean := cardinality(batch) = 1;
  operations operation[];
  owners text[];
  by_reference boolean;
  meaningful boolean;
  about_holds boolean;
  keyed boolean;
  locked wallets[];
  -- Where the locked rows are: they do not move before the writes at the end, because they are locked.
  spots tid[];
  place int := 0;
  w wallets;
  -- A wallet is written when its version rose, or its settling changed it; comparing all its columns costs more.
  version_at_start bigint;
  settled boolean;
  op operation;
  i int := 0;
  -- In the order of the operations: the hold that one is about; what its key is kept as, and the entry and the hold that used it before.
  meant running_holds[];
  meant_spots tid[];
  hashes bytea[];
  spent ledger_entries[];
  reserved running_holds[];
  key bytea;
  fingerprint bytea;
  hold running_holds;
  cost bigint;
  -- The entry that an operation reverses.
  former ledger_entries;
  already bigint;
  lapses_at timestamptz;
  -- The earliest expiry among this wallet's holds of this batch, which settle cannot see in the table yet.
  unwritten_due timestamptz;
  changed wallets[];
  changed_spots tid[];
  entries ledger_entries[];
  made running_holds[];
  extended running_holds[];
  extended_spots tid[];
  ended uuid[];
  ended_wallets int[];
  ended_spots tid[];
  written int;
  released ended_holds[];
  described descriptions[];
  announced text;
  -- The mark below which the host is told of a low balance; null: nobody has asked for it.
  low bigint;
  -- What the wallet had and owed before an operation.
  level bigint;
  owing bigint;
  told boolean;
BEGIN
  -- What only some operations need is looked up only when one of them is there, and a lone operation is looked at
  -- without a query: setting up plans and aggregates would take a fifth of a lone charge's time.
  IF lone THEN
    op := batch[1];
    operations := batch;
    owners := ARRAY[op.user_id];
    by_reference := op.user_id IS NULL;
    about_holds := op.hold_id IS NOT NULL;
    keyed := op.key IS NOT NULL;
    meaningful := is_meaningful(op);
  ELSE
    SELECT array_agg(o ORDER BY o.user_id COLLATE "C", o.n), array_agg(o.user_id),
           bool_or(o.user_id IS NULL), bool_or(o.hold_id IS NOT NULL), bool_or(o.key IS NOT NULL),
           bool_and(is_meaningful(o))
      INTO operations, owners, by_reference, about_holds, keyed, meaningful FROM unnest(batch) o;
  END IF;
  IF NOT meaningful THEN
    RAISE EXCEPTION 'an operation that no verb can mean' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  IF cardinality(newcomers) > 0 THEN
    IF EXISTS (SELECT FROM unnest(newcomers) AS newcomer WHERE length(newcomer) NOT BETWEEN 1 AND 255) THEN
      RAISE EXCEPTION 'a user id has 1 to 255 characters' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO wallets (user_id, name_hash)
    SELECT o.user_id, name_hash(o.user_id) FROM unnest(batch) o
     WHERE o.user_id = ANY (newcomers) AND (o.expires_at IS NULL OR o.expires_at > clock_timestamp())
       -- A row that is not inserted would use up a number all the same.
       AND NOT EXISTS (SELECT FROM wallets x WHERE x.user_id = o.user_id)
     -- Two batches that open the same wallets must not wait for each other.
     GROUP BY o.user_id ORDER BY o.user_id COLLATE "C"
    ON CONFLICT DO NOTHING;
  END IF;

  IF by_reference THEN
    SELECT array_agg(ROW(o.n, o.verb, o.whose, o.id, o.hold_id, o.entry_id, o.credits, o.ttl_seconds, o.action,
                         o.price_version, o.key, o.fingerprint, o.reason, o.actor, o.category, o.priority,
                         o.expires_at, o.description, o.owner)::operation ORDER BY o.whose COLLATE "C", o.n), array_agg(o.whose)
      INTO operations, owners
      FROM (SELECT x.*, COALESCE(x.user_id, owner_of(x.hold_id, x.entry_id)) AS whose FROM unnest(operations) x) o;
  END IF;

  IF wait THEN
    SELECT array_agg(l.x), array_agg(l.spot), (SELECT s.low FROM event_settings s) INTO locked, spots, low
      FROM (SELECT x, x.ctid AS spot FROM wallets x WHERE x.user_id = ANY (owners) ORDER BY x.user_id
               FOR NO KEY UPDATE) l;
  ELSE
    SELECT array_agg(l.x), array_agg(l.spot), (SELECT s.low FROM event_settings s) INTO locked, spots, low
      FROM (SELECT x, x.ctid AS spot FROM wallets x WHERE x.user_id = ANY (owners) ORDER BY x.user_id
               FOR NO KEY UPDATE SKIP LOCKED) l;
  END IF;
  t := clock_timestamp();
  epoch_ms := floor(date_part('epoch', t) * 1000);

  IF about_holds AND lone THEN
    SELECT ARRAY[x], ARRAY[x.ctid] INTO meant, meant_spots FROM running_holds x WHERE x.id = op.hold_id;
  ELSIF about_holds THEN
    SELECT array_agg(h.x), array_agg(h.spot) INTO meant, meant_spots
      FROM (SELECT x, x.ctid AS spot
              FROM unnest(operations) WITH ORDINALITY o LEFT JOIN running_holds x ON x.id = o.hold_id
             ORDER BY o.ordinality) h;
  END IF;
  IF keyed AND lone THEN
    hashes := ARRAY[key_hash((locked[1]).salt, op.key)];
    SELECT ARRAY[(SELECT e FROM ledger_entries e WHERE e.wallet = (locked[1]).number AND e.key = hashes[1])],
           ARRAY[CASE WHEN (locked[1]).active_holds > 0
                 THEN (SELECT h FROM running_holds h WHERE h.wallet = (locked[1]).number AND h.key = hashes[1]) END]
      INTO spent, reserved;
  ELSIF keyed THEN
    SELECT array_agg(k.hash),
           array_agg((SELECT e FROM ledger_entries e WHERE e.wallet = k.number AND e.key = k.hash)),
           array_agg(CASE WHEN k.active_holds > 0
                          THEN (SELECT h FROM running_holds h WHERE h.wallet = k.number AND h.key = k.hash) END)
      INTO hashes, spent, reserved
      FROM (SELECT x.number, x.active_holds, key_hash(x.salt, o.key) AS hash
              FROM unnest(operations) WITH ORDINALITY o LEFT JOIN wallets x ON x.user_id = o.user_id
             ORDER BY o.ordinality) k;
    -- Neither of the two would see the other, and there would be two holds that cannot both be captured.
    IF (SELECT count(DISTINCT h) < count(h) FROM unnest(hashes) h) THEN
      RAISE EXCEPTION 'a key twice in one batch' USING ERRCODE = 'invalid_parameter_value';
    END IF;
  END IF;

  FOREACH op IN ARRAY operations LOOP
    i := i + 1;
    -- The next wallet: store the last one, load this one's locked row, settle what is due.
    IF op.user_id IS DISTINCT FROM w.user_id THEN
      IF w.version <> version_at_start OR settled THEN
        changed := changed || w;
        changed_spots := changed_spots || spots[place];
      END IF;
      IF locked[place + 1].user_id = op.user_id THEN
        place := place + 1;
        w := locked[place];
        version_at_start := w.version;
        IF low IS NOT NULL THEN
          level := w.balance;
          owing := w.owed;
        END IF;
        settled := false;
        unwritten_due := NULL;
        IF w.due_at <= t OR w.holds_due_at <= t OR op.verb = 'settle' THEN
          w := settle(w, t);
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
    IF keyed THEN
      key := hashes[i];
      fingerprint := decode(op.fingerprint, 'hex');
    END IF;

    IF w.balance IS NULL THEN
      -- No row locked: somebody else has the wallet (the item rides later), or there is none. One that was erased
      -- while a grant waited for it is opened anew when that rides again.
      outcome := CASE WHEN NOT wait AND EXISTS (SELECT FROM wallets x WHERE x.user_id = op.user_id) THEN 'busy'
                      WHEN op.verb = 'grant' AND op.expires_at <= t THEN 'already_expired'
                      WHEN op.user_id = ANY (newcomers) THEN 'busy'
                      WHEN op.verb IN ('charge', 'hold', 'adjust') THEN 'insufficient'
                      WHEN op.verb = 'settle' AND op.user_id IS NOT NULL THEN 'done' ELSE 'not_found' END;
    ELSIF (spent[i]).version IS NOT NULL THEN
      -- The ledger remembers a used key for ever. A captured hold's key is its charge's key.
      IF (spent[i]).fingerprint <> fingerprint THEN
        outcome := 'key_reused';
      ELSIF op.verb = 'hold' THEN
        outcome := 'replayed';
        detail := (SELECT row_to_json(h) FROM holds h WHERE h.id = COALESCE((spent[i]).hold_id, (spent[i]).id));
      ELSE
        outcome := 'replayed';
        id := (spent[i]).id;
        amount := (spent[i]).amount;
        detail := entry_of_act(id);
      END IF;
    -- An overdue hold was settled just above, whatever this pass's snapshot says: its key is free.
    ELSIF (reserved[i]).expires_at > t THEN
      outcome := CASE WHEN (reserved[i]).fingerprint <> fingerprint THEN 'key_reused' ELSE 'replayed' END;
      detail := (SELECT row_to_json(h) FROM holds h WHERE h.id = (reserved[i]).id);
    ELSIF op.verb = 'charge' THEN
      IF w.balance - w.held < op.credits THEN
        outcome := 'insufficient';
        detail := why_held(w, made, ended);
      ELSE
        w.balance := w.balance - op.credits;
        w.version := w.version + 1;
        entries := entries || ROW(w.version, -op.credits, w.balance, w.held, t, NULL, NULL, NULL, NULL, w.number,
          w.epoch, NULL, CASE WHEN op.actor IS NOT NULL THEN number_of_actor(op.actor) END, op.id, 'charge', op.action,
          op.price_version, NULL, NULL, NULL, key, fingerprint, NULL)::ledger_entries;
        IF op.description IS NOT NULL THEN
          described := described || ROW(w.number, op.id, op.description)::descriptions;
        END IF;
      END IF;
    ELSIF op.verb = 'hold' THEN
      IF w.balance - w.held < op.credits THEN
        outcome := 'insufficient';
        detail := why_held(w, made, ended);
      ELSE
        w.held := w.held + op.credits;
        w.active_holds := w.active_holds + 1;
        w.version := w.version + 1;
        lapses_at := t + make_interval(secs => op.ttl_seconds);
        unwritten_due := LEAST(unwritten_due, lapses_at);
        w.holds_due_at := LEAST(w.holds_due_at, lapses_at);
        made := made || ROW(op.credits, w.version, lapses_at, t, w.number, op.id, op.action, op.price_version,
          key, fingerprint, CASE WHEN op.actor IS NOT NULL THEN number_of_actor(op.actor) END, op.owner)::running_holds;
        IF op.description IS NOT NULL THEN
          described := described || ROW(w.number, op.id, op.description)::descriptions;
        END IF;
      END IF;
    ELSIF op.verb IN ('capture', 'release', 'extend', 'take', 'raise') THEN
      hold := meant[i];
      cost := CASE op.verb WHEN 'capture' THEN COALESCE(op.credits, hold.amount) ELSE 0 END;
      id := op.hold_id;
      amount := cost;
      IF hold.wallet IS DISTINCT FROM w.number OR hold.expires_at <= t
         OR (op.verb = 'take' AND hold.action <> op.action) THEN
        -- It ended, or the caller named another user or action.
        detail := (SELECT row_to_json(h) FROM holds h WHERE h.id = op.hold_id AND h.user_id = op.user_id
                      AND (op.verb <> 'take' OR h.action = op.action));
        outcome := CASE WHEN detail IS NULL THEN 'not_found'
                        WHEN detail ->> 'state' = 'expired' THEN 'hold_expired' ELSE 'hold_resolved' END;
      ELSIF op.verb = 'take' THEN
        hold.owner := op.owner;
        hold.expires_at := GREATEST(hold.expires_at, t + make_interval(secs => op.ttl_seconds));
        extended := extended || hold;
        extended_spots := extended_spots || meant_spots[i];
        detail := (SELECT row_to_json(h) FROM holds h WHERE h.id = op.hold_id);
      ELSIF op.owner <> hold.owner THEN
        outcome := 'hold_taken_over';
      ELSIF cost > hold.amount THEN
        outcome := 'capture_exceeds_hold';
        detail := json_build_object('amount', hold.amount);
      ELSIF op.verb = 'extend' THEN
        hold.expires_at := GREATEST(hold.expires_at, t + make_interval(secs => op.ttl_seconds));
        extended := extended || hold;
        extended_spots := extended_spots || meant_spots[i];
      ELSIF op.verb = 'raise' AND w.balance - w.held < op.credits - hold.amount THEN
        outcome := 'insufficient';
        detail := why_held(w, made, ended);
      ELSIF op.verb = 'raise' THEN
        amount := GREATEST(op.credits, hold.amount);
        -- The former hold ends under an id of its own, and the hold goes on as if it were made now: two changes of
        -- the wallet, each with its row. A hold never gets smaller.
        IF amount > hold.amount THEN
          released := released || ROW(hold.amount, hold.created_version, w.version + 1, hold.expires_at,
            hold.created_at, t, w.number, number_of_reason(w.number, 'raised'), op.id, 'released', hold.action,
            hold.price_version, hold.actor)::ended_holds;
          w.held := w.held + amount - hold.amount;
          w.version := w.version + 2;
          hold.amount := amount;
          hold.created_version := w.version;
          extended := extended || hold;
          extended_spots := extended_spots || meant_spots[i];
        END IF;
      ELSE
        w.held := w.held - hold.amount;
        w.active_holds := w.active_holds - 1;
        w.balance := w.balance - cost;
        w.version := w.version + 1;
        ended := ended || hold.id;
        ended_wallets := ended_wallets || hold.wallet;
        ended_spots := ended_spots || meant_spots[i];
        IF op.actor IS NOT NULL THEN
          hold.actor := number_of_actor(op.actor);
        END IF;
        IF op.description IS NOT NULL THEN
          described := described || ROW(w.number, hold.id, op.description)::descriptions;
        END IF;
        IF op.verb = 'capture' THEN
          entries := entries || ROW(w.version, -cost, w.balance, w.held, t, hold.amount, hold.created_version,
            hold.created_at, hold.expires_at, w.number, w.epoch, NULL, hold.actor, hold.id, 'charge', hold.action,
            hold.price_version, NULL, NULL, NULL, hold.key, hold.fingerprint, NULL)::ledger_entries;
        ELSE
          released := released || ROW(hold.amount, hold.created_version, w.version, hold.expires_at, hold.created_at,
            t, w.number, number_of_reason(w.number, op.reason), hold.id, 'released', hold.action,
            hold.price_version, hold.actor)::ended_holds;
        END IF;
        IF w.active_holds = 0 THEN
          w.holds_due_at := NULL;
        END IF;
        -- The hold may have protected credits that expired meanwhile.
        IF w.due_at <= t THEN
          w := settle(w, t);
          w.holds_due_at := LEAST(w.holds_due_at, unwritten_due);
        END IF;
      END IF;
    ELSIF op.verb = 'grant' OR (op.verb = 'adjust' AND op.credits > 0) THEN
      IF op.expires_at <= t THEN
        outcome := 'already_expired';
      ELSIF op.credits > largest - w.balance THEN
        outcome := 'too_large';
      ELSE
        w := pour(w, t, CASE op.verb WHEN 'grant' THEN 'grant' ELSE 'adjustment' END, op);
      END IF;
    ELSIF op.verb = 'adjust' THEN
      IF w.balance - w.held < -op.credits THEN
        outcome := 'insufficient';
        detail := why_held(w, made, ended);
      ELSE
        w.balance := w.balance + op.credits;
        w.version := w.version + 1;
        entries := entries || ROW(w.version, op.credits, w.balance, w.held, t, NULL, NULL, NULL, NULL, w.number,
          w.epoch, number_of_reason(w.number, op.reason), number_of_actor(op.actor), op.id, 'adjustment',
          NULL, NULL, NULL, NULL, NULL, key, fingerprint, NULL)::ledger_entries;
      END IF;
    ELSIF op.verb = 'refund' THEN
      SELECT * INTO former FROM ledger_entries e WHERE e.id = op.entry_id;
      already := COALESCE((SELECT r.refunded FROM refunds r WHERE r.entry_id = op.entry_id), 0);
      amount := COALESCE(op.credits, -former.amount - already);
      IF former.wallet IS DISTINCT FROM w.number THEN
        RAISE EXCEPTION 'a refund into another wallet than its charge''s' USING ERRCODE = 'invalid_parameter_value';
      ELSIF former.kind <> 'charge' THEN
        outcome := 'not_a_charge';
      ELSIF amount > -former.amount - already OR amount = 0 THEN
        outcome := 'refund_exceeds_charge';
        detail := json_build_object('charged', -former.amount, 'refunded', already);
      ELSIF amount > largest - w.balance THEN
        outcome := 'too_large';
      ELSE
        op.credits := amount;
        w := give_back(w, t, op, former, already);
      END IF;
    ELSIF op.verb IN ('clawback', 'restore') THEN
      SELECT * INTO former FROM ledger_entries e WHERE e.id = op.entry_id;
      already := COALESCE((SELECT c.taken_back FROM clawbacks c WHERE c.entry_id = op.entry_id), 0);
      IF former.wallet IS DISTINCT FROM w.number THEN
        RAISE EXCEPTION 'a % in another wallet than its grant''s', op.verb USING ERRCODE = 'invalid_parameter_value';
      ELSIF former.kind NOT IN ('grant', 'adjustment') OR former.grant_id IS NULL THEN
        outcome := 'not_a_grant';
      ELSIF op.verb = 'clawback' AND op.credits > former.amount - already THEN
        outcome := 'clawback_exceeds_grant';
        detail := json_build_object('granted', former.amount, 'takenBack', already);
      ELSIF op.verb = 'restore' AND op.credits > already THEN
        outcome := 'restore_exceeds_clawback';
        detail := json_build_object('takenBack', already);
      ELSIF op.credits > largest - (CASE op.verb WHEN 'clawback' THEN w.owed ELSE w.balance - w.owed END) THEN
        outcome := 'too_large';
      ELSE
        amount := w.balance;
        w := CASE op.verb WHEN 'clawback' THEN claw_back(w, t, op, former) ELSE give_again(w, t, op, former) END;
        amount := abs(w.balance - amount);
      END IF;
    END IF;
    IF w.owed > 0 AND w.balance > w.held THEN
      detail := json_build_object('collected', LEAST(w.owed, w.balance - w.held));
      w := collect(w, t);
    END IF;
    IF low IS NOT NULL THEN
      IF w.balance < level AND (w.balance = 0 OR w.balance < low AND level >= low) OR w.owed > 0 AND owing = 0 THEN
        told := tell_crossings(level, owing, w);
      END IF;
      level := w.balance;
      owing := w.owed;
    END IF;
    balance := COALESCE(w.balance, 0);
    held := COALESCE(w.held, 0);
    version := COALESCE(w.version, 0);
    owed := w.owed;
    name_hash := CASE WHEN w.version <> version_at_start OR settled THEN w.name_hash END;
    RETURN NEXT;
  END LOOP;
  IF w.version <> version_at_start OR settled THEN
    changed := changed || w;
    changed_spots := changed_spots || spots[place];
  END IF;

  -- By the place of the row, and by its wallet, for a place is one only within its table: the planner cannot trade that
  -- for a walk of a whole index, as it was seen to do with a table it took for empty.
  IF made IS NOT NULL THEN
    INSERT INTO running_holds SELECT * FROM unnest(made);
  END IF;
  IF extended IS NOT NULL THEN
    UPDATE running_holds x
       SET expires_at = c.expires_at, amount = c.amount, created_version = c.created_version, owner = c.owner
      FROM unnest(extended, extended_spots) c WHERE x.ctid = c.unnest AND x.wallet = c.wallet;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> cardinality(extended) THEN
      RAISE EXCEPTION 'a hold twice in one batch' USING ERRCODE = 'invalid_parameter_value';
    END IF;
  END IF;
  IF ended IS NOT NULL THEN
    DELETE FROM running_holds x
     USING unnest(ended_wallets, ended_spots) AS c (wallet, spot) WHERE x.ctid = c.spot AND x.wallet = c.wallet;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> cardinality(ended) THEN
      RAISE EXCEPTION 'a hold twice in one batch' USING ERRCODE = 'invalid_parameter_value';
    END IF;
  END IF;
  IF released IS NOT NULL THEN
    INSERT INTO ended_holds SELECT * FROM unnest(released);
  END IF;
  IF described IS NOT NULL THEN
    -- The last description counts: the name may be known only when the work is done.
    INSERT INTO descriptions SELECT * FROM unnest(described)
    ON CONFLICT ON CONSTRAINT descriptions_pkey DO UPDATE SET description = excluded.description;
  END IF;
  IF cardinality(changed) = 1 THEN
    -- A lone row without the joins: the cheapest there is.
    w := changed[1];
    UPDATE wallets x
       SET balance = w.balance, held = w.held, version = w.version, epoch = w.epoch, due_at = w.due_at,
           holds_due_at = w.holds_due_at, active_holds = w.active_holds, owed = w.owed, updated_at = t
     WHERE x.ctid = changed_spots[1] AND x.number = w.number;
    IF entries IS NOT NULL THEN
      INSERT INTO ledger_entries SELECT * FROM unnest(entries);
    END IF;
    announced := CASE WHEN announces THEN announce(json_build_object(w.name_hash, w.version)::text) END;
  ELSIF changed IS NOT NULL THEN
    -- Two writes in one statement take half the setting up.
    WITH moved AS (
      UPDATE wallets x
         SET balance = c.balance, held = c.held, version = c.version, epoch = c.epoch, due_at = c.due_at,
             holds_due_at = c.holds_due_at, active_holds = c.active_holds, owed = c.owed, updated_at = t
        FROM unnest(changed, changed_spots) c WHERE x.ctid = c.unnest AND x.number = c.number
      RETURNING x.name_hash, x.version
    ), booked AS (
      INSERT INTO ledger_entries SELECT * FROM unnest(entries)
    )
    SELECT json_object_agg(m.name_hash, m.version) FILTER (WHERE announces)::text INTO announced FROM moved m;
    announced := announce(announced);
  END IF;
END $$;
