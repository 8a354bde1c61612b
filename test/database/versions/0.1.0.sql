-- The schema `credits` as version 0.1.0 left it: its migrations, then its functions. Kept as it was.
CREATE SCHEMA credits;
CREATE TABLE credits.migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
-- 0001_ledger.sql
-- The tables of the ledger. Amounts are whole credits; every constraint has a name of ours.
--
-- wallet   one user's credits: balance owned, held set aside, version + 1 with every change
-- entry    one immutable row per change of a balance; the wallet version it made is its place in the ledger
-- hold     credits set aside for one piece of work: held -> captured | released | expired, once
-- grant    credits given: its terms never change; what remains of it follows from the wallet's level
-- layer    a grant's place in the glass during one epoch: remaining = clamp(balance - floor, 0, height)
-- refund   how much of one charge has been given back, over all its refund entries together

CREATE TABLE credits.wallets (
  user_id text COLLATE "C" CONSTRAINT wallets_pkey PRIMARY KEY,
  balance bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0,
  -- Which layers are current. Grants, raises, refunds and expiries start a new epoch; charges do not.
  epoch bigint NOT NULL DEFAULT 0,
  -- No grant, and no hold, of this wallet expires before these instants; past one of them the wallet is settled
  -- before use. Apart, because holds come with every paid request: a column without an index keeps those updates
  -- of the wallet in place (HOT).
  due_at timestamptz,
  holds_due_at timestamptz,
  -- Not to be had from held: a hold may be of 0 credits.
  active_holds int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT wallets_user_id_length CHECK (length(user_id) BETWEEN 1 AND 255),
  CONSTRAINT wallets_held_within_balance CHECK (held >= 0 AND held <= balance),
  CONSTRAINT wallets_active_holds_not_negative CHECK (active_holds >= 0),
  CONSTRAINT wallets_balance_safe_integer CHECK (balance <= 9007199254740991)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX wallets_due ON credits.wallets (due_at, user_id) WHERE due_at IS NOT NULL;

CREATE TABLE credits.entries (
  version bigint NOT NULL,
  amount bigint NOT NULL,
  balance_after bigint NOT NULL,
  held_after bigint NOT NULL,
  epoch bigint NOT NULL,
  created_at timestamptz NOT NULL,
  id uuid NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  action text,
  price_version text,
  reason text,
  actor text,
  hold_id uuid,
  grant_id uuid,
  reverses uuid,
  key text COLLATE "C",
  fingerprint text COLLATE "C",
  CONSTRAINT entries_pkey PRIMARY KEY (user_id, version),
  CONSTRAINT entries_id_unique UNIQUE (id),
  CONSTRAINT entries_kind_known CHECK (kind IN ('grant', 'charge', 'refund', 'adjustment', 'expiry')),
  CONSTRAINT entries_amount_signed CHECK (
    CASE kind WHEN 'charge' THEN amount <= 0 WHEN 'expiry' THEN amount < 0
              WHEN 'adjustment' THEN amount <> 0 ELSE amount > 0 END),
  CONSTRAINT entries_level CHECK (held_after >= 0 AND held_after <= balance_after),
  CONSTRAINT entries_key_has_fingerprint CHECK ((key IS NULL) = (fingerprint IS NULL)),
  CONSTRAINT entries_refund_reverses CHECK ((kind = 'refund') = (reverses IS NOT NULL))
) WITH (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

CREATE UNIQUE INDEX entries_key ON credits.entries (user_id, key) WHERE key IS NOT NULL;
CREATE INDEX entries_reverses ON credits.entries (reverses) WHERE reverses IS NOT NULL;

CREATE TABLE credits.holds (
  amount bigint NOT NULL,
  created_version bigint NOT NULL,
  resolved_version bigint,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  resolved_at timestamptz,
  id uuid CONSTRAINT holds_pkey PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  action text NOT NULL,
  price_version text,
  reason text,
  key text COLLATE "C",
  fingerprint text COLLATE "C",
  CONSTRAINT holds_amount_not_negative CHECK (amount >= 0),
  CONSTRAINT holds_state_known CHECK (state IN ('held', 'captured', 'released', 'expired')),
  CONSTRAINT holds_resolved_once CHECK (
    (state = 'held') = (resolved_at IS NULL) AND (state = 'held') = (resolved_version IS NULL)),
  CONSTRAINT holds_key_has_fingerprint CHECK ((key IS NULL) = (fingerprint IS NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

-- Serves a wallet's active holds and the listing by state alike.
CREATE INDEX holds_of_wallet ON credits.holds (user_id, state, created_version);
-- Finds the holds that nobody kept alive.
CREATE INDEX holds_overdue ON credits.holds (expires_at, user_id) WHERE state = 'held';
-- A released or expired hold frees its key: the request that crashed may be made again.
CREATE UNIQUE INDEX holds_key ON credits.holds (user_id, key)
  WHERE key IS NOT NULL AND state IN ('held', 'captured');

CREATE TABLE credits.grant_terms (
  -- Drawn under the wallet's lock, so it rises with age within a wallet: the last word of the burn order.
  seq bigint GENERATED ALWAYS AS IDENTITY,
  amount bigint NOT NULL,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  id uuid CONSTRAINT grant_terms_pkey PRIMARY KEY,
  priority smallint NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  category text NOT NULL,
  reason text,
  actor text,
  CONSTRAINT grant_terms_of_wallet UNIQUE (user_id, seq),
  CONSTRAINT grant_terms_amount_positive CHECK (amount > 0),
  CONSTRAINT grant_terms_priority_range CHECK (priority BETWEEN 0 AND 100),
  CONSTRAINT grant_terms_category_known CHECK (category IN ('signup', 'paid', 'promotional', 'compensation'))
);

CREATE TABLE credits.grant_layers (
  user_id text COLLATE "C" NOT NULL,
  epoch bigint NOT NULL,
  floor bigint NOT NULL,
  height bigint NOT NULL,
  grant_id uuid NOT NULL CONSTRAINT grant_layers_grant REFERENCES credits.grant_terms (id),
  CONSTRAINT grant_layers_pkey PRIMARY KEY (user_id, epoch, floor),
  CONSTRAINT grant_layers_shape CHECK (floor >= 0 AND height > 0)
);

CREATE TABLE credits.refunds (
  entry_id uuid CONSTRAINT refunds_pkey PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  charged bigint NOT NULL,
  refunded bigint NOT NULL,
  CONSTRAINT refunds_within_charge CHECK (refunded > 0 AND refunded <= charged)
);
CREATE INDEX refunds_of_wallet ON credits.refunds (user_id);

-- What remains of every grant at this instant; first to burn first within a wallet when ordered by burn_order.
CREATE VIEW credits.grants AS
SELECT g.id, g.user_id, g.amount,
       COALESCE(GREATEST(LEAST(w.balance - l.floor, l.height), 0), 0) AS remaining,
       g.category, g.priority, g.reason, g.actor, g.expires_at, g.created_at,
       row_number() OVER (PARTITION BY g.user_id ORDER BY g.priority, g.expires_at NULLS LAST, g.seq) AS burn_order
  FROM credits.grant_terms g
  JOIN credits.wallets w ON w.user_id = g.user_id
  LEFT JOIN credits.grant_layers l ON l.user_id = g.user_id AND l.epoch = w.epoch AND l.grant_id = g.id;

-- One operation of a batch, as credits.apply reads it from JSON; see apply.sql.
CREATE TYPE credits.operation AS (
  n int,
  verb text,
  user_id text,
  id uuid,
  hold_id uuid,
  entry_id uuid,
  credits bigint,
  ttl_seconds int,
  action text,
  price_version text,
  key text,
  fingerprint text,
  reason text,
  actor text,
  category text,
  priority smallint,
  expires_at timestamptz
);
INSERT INTO credits.migrations VALUES ('0001_ledger.sql', 'of 0.1.0');
-- 0002_answers.sql
-- First answers to requests with an Idempotency-Key, for at least 24 hours: repeated byte for byte. A row without
-- a status is a claim: the request runs, or crashed and its claim lapses. (A paid request is claimed by its hold.)
CREATE TABLE credits.answers (
  user_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  route text NOT NULL,
  -- The fingerprint of what came in; null where the answer was given before the input was read.
  input text,
  status smallint,
  headers jsonb,
  body text,
  claimed_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT answers_pkey PRIMARY KEY (user_id, key),
  CONSTRAINT answers_complete CHECK ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (headers IS NULL))
);
CREATE INDEX answers_created_at ON credits.answers (created_at);
INSERT INTO credits.migrations VALUES ('0002_answers.sql', 'of 0.1.0');
-- 0003_leaner_checks.sql
-- A check is parsed anew by every statement that writes to its table, and a text in it byte by byte: nine of them
-- cost a lone charge a third of its time. Said once, and what concerns only the opening of a wallet goes to the
-- trigger that watches it; a miscounted hold is found by the integrity check.
ALTER TABLE credits.wallets
  DROP CONSTRAINT wallets_user_id_length,
  DROP CONSTRAINT wallets_active_holds_not_negative;
ALTER TABLE credits.entries
  DROP CONSTRAINT entries_kind_known,
  DROP CONSTRAINT entries_amount_signed,
  DROP CONSTRAINT entries_refund_reverses,
  ADD CONSTRAINT entries_kind_amount_reverses CHECK (
    CASE kind WHEN 'charge' THEN amount <= 0 WHEN 'refund' THEN amount > 0 AND reverses IS NOT NULL
              WHEN 'grant' THEN amount > 0 WHEN 'adjustment' THEN amount <> 0 WHEN 'expiry' THEN amount < 0
              ELSE false END);
INSERT INTO credits.migrations VALUES ('0003_leaner_checks.sql', 'of 0.1.0');
-- 0004_upkeep_of_answers.sql
-- Answers are deleted after a day, in small batches: what they leave is to be reused soon, before the table grows.
ALTER TABLE credits.answers SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
INSERT INTO credits.migrations VALUES ('0004_upkeep_of_answers.sql', 'of 0.1.0');
-- 0005_entries_by_kind.sql
-- A page of grants or refunds from among a million charges. Charges are not in it, so a charge does not write it.
CREATE INDEX entries_by_kind ON credits.entries (user_id, kind, version) WHERE kind <> 'charge';
INSERT INTO credits.migrations VALUES ('0005_entries_by_kind.sql', 'of 0.1.0');
-- 0006_operators.sql
-- What operators do to many wallets, and to a person's.
--
-- gift     credits for every wallet, or for those named, once each: the ledger's key gift:<key> sees to that, and
--          this row is only how far it has come
-- erasure  a pseudonym that stands in the ledger where a person's user id stood

CREATE TABLE credits.gifts (
  key text COLLATE "C" CONSTRAINT gifts_pkey PRIMARY KEY,
  fingerprint text COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  expires_at timestamptz,
  -- Null: every wallet there was when the gift began.
  user_ids text[] COLLATE "C",
  -- Wallets it is for: those counted when it began, and once it is finished those it came to.
  wallets bigint NOT NULL,
  done bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  -- The last user id it came to, while it runs.
  given_up_to text COLLATE "C" NOT NULL DEFAULT '',
  -- Until then an instance is at work on it; past it any instance goes on.
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  CONSTRAINT gifts_amount_positive CHECK (amount > 0),
  CONSTRAINT gifts_counts CHECK (done >= 0 AND refused >= 0 AND wallets >= done + refused)
);
CREATE INDEX gifts_running ON credits.gifts (created_at) WHERE finished_at IS NULL;

CREATE TABLE credits.erasures (
  pseudonym text COLLATE "C" CONSTRAINT erasures_pkey PRIMARY KEY,
  -- Keyed, and the key is not in the database: whoever reads this table cannot try user ids on it.
  person_hash text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX erasures_person ON credits.erasures (person_hash);
INSERT INTO credits.migrations VALUES ('0006_operators.sql', 'of 0.1.0');
-- 0007_checks_where_they_are_cheap.sql
-- The checks of an entry cost a lone charge a fifth of its time, for the reason given in 0003. Nobody but the ledger
-- writes entries, so a wrong one is a fault of ours: the integrity check looks for it (unsound_entries). A balance too
-- large is refused where it can arise, by the verb or by the trigger that watches hand-made edits. What remains is the
-- check that no credit is spent twice: wallets_held_within_balance.
ALTER TABLE credits.entries
  DROP CONSTRAINT entries_kind_amount_reverses,
  DROP CONSTRAINT entries_level,
  DROP CONSTRAINT entries_key_has_fingerprint;
ALTER TABLE credits.wallets
  DROP CONSTRAINT wallets_balance_safe_integer;

-- Replaced by credits.announce(text).
DROP FUNCTION IF EXISTS credits.announce(credits.wallets[]);
INSERT INTO credits.migrations VALUES ('0007_checks_where_they_are_cheap.sql', 'of 0.1.0');
-- 0008_wallets_by_name.sql
-- Operators find a wallet by how its user id begins, in capitals or not. A user id never changes but by an erasure, so
-- no charge and no hold writes this index, and their updates of the wallet stay in place (HOT).
CREATE INDEX wallets_by_name ON credits.wallets (lower(user_id), user_id);
INSERT INTO credits.migrations VALUES ('0008_wallets_by_name.sql', 'of 0.1.0');
-- 0009_operations_as_an_array.sql
-- credits.apply takes its operations as an array of rows, which PostgreSQL reads in 60 % of the time of
-- JSON; see apply.sql. The form before it must go: a name with two functions cannot be granted by its name.
DROP FUNCTION IF EXISTS credits.apply(json, boolean, text[]);
INSERT INTO credits.migrations VALUES ('0009_operations_as_an_array.sql', 'of 0.1.0');
-- 0010_holds_without_checks.sql
-- The checks of a hold cost a capture what those of an entry did, for the reason given in 0003: with them, and with two
-- looks for a hold in place of one, a hold and its capture took an eighth longer. Nobody but the ledger writes holds; the integrity check looks for a wrong one
-- (unsound_holds).
ALTER TABLE credits.holds
  DROP CONSTRAINT holds_amount_not_negative,
  DROP CONSTRAINT holds_state_known,
  DROP CONSTRAINT holds_resolved_once,
  DROP CONSTRAINT holds_key_has_fingerprint;
INSERT INTO credits.migrations VALUES ('0010_holds_without_checks.sql', 'of 0.1.0');
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
INSERT INTO credits.migrations VALUES ('settle.sql', 'of 0.1.0');
-- Tell every listener which wallets changed and to which version: JSON {"user id": version}. A payload is a hint
-- to read again, never a value to show. One notification a batch; two halves where 8,000 bytes do not hold it.
-- Returns nothing of use, but returns: a function whose value is assigned costs no query, as PERFORM would.
CREATE OR REPLACE FUNCTION credits.announce(versions text)
RETURNS text LANGUAGE plpgsql STRICT AS $$
BEGIN
  IF octet_length(versions) < 8000 THEN
    RETURN pg_notify('credits_wallets', versions);
  END IF;
  PERFORM credits.announce(json_object_agg(v.key, v.value)::text)
     FROM json_each(versions::json) WITH ORDINALITY v GROUP BY v.ordinality % 2;
  RETURN NULL;
END $$;
INSERT INTO credits.migrations VALUES ('announce.sql', 'of 0.1.0');
-- Why credits of a wallet are not available: the oldest ten of its holds, with those that this batch makes and
-- resolves, which are not in the table yet. Asked only when an operation is refused for want of credits.
CREATE OR REPLACE FUNCTION credits.running_holds(w credits.wallets, unwritten credits.holds[])
RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF w.active_holds = 0 THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT json_build_object('holds', json_agg(h ORDER BY h.created_version))
      FROM (SELECT a.id, a.action, a.amount, a.expires_at, a.created_version
              FROM (SELECT u.* FROM unnest(unwritten) u
                     UNION ALL
                    SELECT x.* FROM credits.holds x
                     WHERE x.user_id = w.user_id AND x.state = 'held'
                       AND x.id NOT IN (SELECT u.id FROM unnest(unwritten) u)) a
             WHERE a.user_id = w.user_id AND a.state = 'held'
             ORDER BY a.created_version LIMIT 10) h);
END $$;
INSERT INTO credits.migrations VALUES ('running-holds.sql', 'of 0.1.0');
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
-- batch: n = 1, 2, 3 …; a key or a hold at most once in it
-- newcomers: users whose wallet is opened when there is none
CREATE OR REPLACE FUNCTION credits.apply(batch credits.operation[], wait boolean, newcomers text[])
RETURNS TABLE (n int, outcome text, id uuid, user_id text, amount bigint, balance bigint, held bigint,
               version bigint, epoch_ms double precision, detail json)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = credits, pg_catalog, pg_temp
SET credits.writer = 'ledger'
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
         bool_or(o.user_id IS NULL), bool_or(o.hold_id IS NOT NULL), bool_or(o.key IS NOT NULL)
    INTO operations, owners, by_reference, about_holds, keyed FROM unnest(batch) o;
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
      IF charge.kind <> 'charge' THEN
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
INSERT INTO credits.migrations VALUES ('apply.sql', 'of 0.1.0');
-- Put a pseudonym in the place of a person's user id, everywhere in the ledger, and empty what was said about them.
-- No amount, version, time or id changes, so the books sum as before. Under the wallet's lock: whoever waits for it
-- finds no such wallet. False when the person has none.
--
-- What is due expires first, and work that runs comes to nothing: its hold is released, so its capture, and the rows
-- that would be stored with it, cannot come after the person is gone.
CREATE OR REPLACE FUNCTION credits.erase(person text, pseudonym text, person_hash text, reason text, actor text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = credits, pg_catalog, pg_temp SET credits.writer = 'ledger' SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  t timestamptz;
  w credits.wallets;
  hold record;
BEGIN
  SELECT * INTO w FROM credits.wallets x WHERE x.user_id = person FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM credits.erasures e WHERE e.pseudonym = person) THEN
    RETURN false;
  END IF;
  INSERT INTO credits.erasures (pseudonym, person_hash, reason, actor)
  VALUES (erase.pseudonym, erase.person_hash, replace(erase.reason, person, erase.pseudonym), erase.actor);

  t := clock_timestamp();
  w := credits.settle(w, t);
  FOR hold IN SELECT h.id, h.amount FROM credits.holds h
               WHERE h.user_id = person AND h.state = 'held' ORDER BY h.created_version
  LOOP
    w.version := w.version + 1;
    w.held := w.held - hold.amount;
    w.active_holds := w.active_holds - 1;
    UPDATE credits.holds h SET state = 'released', resolved_at = t, resolved_version = w.version WHERE h.id = hold.id;
  END LOOP;
  -- A hold may have protected credits that expired meanwhile.
  w := credits.settle(w, t);

  UPDATE credits.wallets x
     SET user_id = erase.pseudonym, balance = w.balance, held = w.held, version = w.version, epoch = w.epoch,
         due_at = w.due_at, holds_due_at = w.holds_due_at, active_holds = w.active_holds, updated_at = t
   WHERE x.user_id = person;
  UPDATE credits.entries e
     SET user_id = erase.pseudonym, reason = credits.impersonal(e.reason),
         actor = CASE WHEN e.actor = person THEN erase.pseudonym ELSE e.actor END,
         key = CASE WHEN strpos(e.key, person) > 0 THEN 'erased:' || e.id ELSE e.key END
   WHERE e.user_id = person;
  UPDATE credits.holds h
     SET user_id = erase.pseudonym, reason = credits.impersonal(h.reason),
         key = CASE WHEN strpos(h.key, person) > 0 THEN 'erased:' || h.id ELSE h.key END
   WHERE h.user_id = person;
  UPDATE credits.grant_terms g
     SET user_id = erase.pseudonym, reason = credits.impersonal(g.reason),
         actor = CASE WHEN g.actor = person THEN erase.pseudonym ELSE g.actor END
   WHERE g.user_id = person;
  UPDATE credits.grant_layers l SET user_id = erase.pseudonym WHERE l.user_id = person;
  UPDATE credits.refunds r SET user_id = erase.pseudonym WHERE r.user_id = person;
  DELETE FROM credits.answers a WHERE a.user_id = person;
  UPDATE credits.gifts g SET user_ids = array_remove(g.user_ids, person) WHERE person = ANY (g.user_ids);
  -- Whoever keeps a copy of the balance under the old name forgets it, whatever its version.
  PERFORM pg_notify('credits_wallets', json_build_object(person, 9007199254740991)::text);
  RETURN true;
END $$;

-- A reason is free text about somebody, and may name them; what the ledger itself says names nobody.
CREATE OR REPLACE FUNCTION credits.impersonal(reason text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN reason IN ('expired', 'not kept alive', 'signup') THEN reason
              WHEN reason IS NOT NULL THEN 'erased' END
$$;
INSERT INTO credits.migrations VALUES ('erase.sql', 'of 0.1.0');
-- Edits by hand. An operator may change wallets.balance and insert a wallet; both are journaled here. Everything
-- else in the schema is written by the ledger's own functions, which set credits.writer, and refused to others.

-- A function, because PostgreSQL parses a trigger's WHEN anew for every statement: the shorter the better.
CREATE OR REPLACE FUNCTION credits.by_hand() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN current_setting('credits.writer', true) IS DISTINCT FROM 'ledger';
END $$;

-- With an argument the ledger is excepted. Asked here for the same reason.
CREATE OR REPLACE FUNCTION credits.refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_NARGS > 0 AND NOT credits.by_hand() THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'credits.% is written by the ledger only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Change credits.wallets.balance; the ledger entry and the grants follow by themselves.';
END $$;

-- What is written once never changes, but in one thing: an erasure (erase.sql) puts its pseudonym in the place of the
-- owner and empties what was said about them. Never an amount, a time or a link.
CREATE OR REPLACE FUNCTION credits.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  personal CONSTANT text[] := '{user_id,reason,actor,key}';
BEGIN
  IF current_setting('credits.writer', true) = 'ledger' AND to_jsonb(NEW) - personal = to_jsonb(OLD) - personal
     AND EXISTS (SELECT FROM credits.erasures e WHERE e.pseudonym = NEW.user_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'credits.% is never rewritten: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Correct it by another entry: change credits.wallets.balance, or refund the charge.';
END $$;

-- An operator's INSERT of a wallet: BEFORE, because the row needs its version; no side effect here, because an
-- INSERT … ON CONFLICT fires this even when no row is inserted.
CREATE OR REPLACE FUNCTION credits.open_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.held <> 0 OR NEW.version <> 0 OR NEW.epoch <> 0
     OR NEW.due_at IS NOT NULL OR NEW.holds_due_at IS NOT NULL OR NEW.active_holds <> 0 THEN
    RAISE EXCEPTION 'a wallet is opened with user_id and balance only'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_opened_plain';
  END IF;
  IF length(NEW.user_id) NOT BETWEEN 1 AND 255 THEN
    RAISE EXCEPTION 'a user id has 1 to 255 characters'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_user_id_length';
  END IF;
  NEW.version := CASE WHEN NEW.balance = 0 THEN 0 ELSE 1 END;
  NEW.epoch := NEW.version;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION credits.journal_opening() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = credits, pg_catalog, pg_temp SET credits.writer = 'ledger' AS $$
BEGIN
  IF NEW.balance > 0 THEN
    PERFORM credits.pour_by_hand(
      ROW(NEW.user_id, 0, 0, 0, 0, NULL, NULL, 0, NEW.created_at, NEW.updated_at)::credits.wallets, NEW.balance);
    PERFORM credits.announce(json_build_object(NEW.user_id, NEW.version)::text);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION credits.pour_by_hand(w credits.wallets, credits bigint)
RETURNS credits.wallets LANGUAGE plpgsql AS $$
DECLARE
  op credits.operation;
BEGIN
  IF credits > 9007199254740991 - w.balance THEN
    RAISE EXCEPTION 'a balance is at most 9007199254740991 credits'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_balance_safe_integer';
  END IF;
  op.id := gen_random_uuid();
  op.credits := credits;
  op.reason := 'edited by hand';
  op.actor := 'sql:' || session_user;
  RETURN credits.pour(w, clock_timestamp(), 'adjustment', op);
END $$;

-- An operator's UPDATE of a balance. What is due is settled first, so the change applies to the credits that are
-- still there; the row lock is held already and OLD is its latest state.
CREATE OR REPLACE FUNCTION credits.journal_edit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = credits, pg_catalog, pg_temp
SET credits.writer = 'ledger' SET enable_seqscan = off SET jit = off AS $$
DECLARE
  t CONSTANT timestamptz := clock_timestamp();
  change CONSTANT bigint := NEW.balance - OLD.balance;
  w credits.wallets := OLD;
BEGIN
  IF (NEW.user_id, NEW.held, NEW.version, NEW.epoch, NEW.due_at, NEW.holds_due_at, NEW.active_holds,
      NEW.created_at) IS DISTINCT FROM
     (OLD.user_id, OLD.held, OLD.version, OLD.epoch, OLD.due_at, OLD.holds_due_at, OLD.active_holds,
      OLD.created_at) THEN
    RAISE EXCEPTION 'only the balance of a wallet may be edited'
      USING ERRCODE = 'insufficient_privilege', HINT = 'UPDATE credits.wallets SET balance = … WHERE user_id = …';
  END IF;
  IF change = 0 THEN
    RETURN OLD;
  END IF;

  IF w.due_at <= t OR w.holds_due_at <= t THEN
    w := credits.settle(w, t);
  END IF;
  IF w.balance + change < w.held THEN
    RAISE EXCEPTION 'the balance of % would be %, below the % on hold', w.user_id, w.balance + change, w.held
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_held_within_balance';
  END IF;
  IF change > 0 THEN
    w := credits.pour_by_hand(w, change);
  ELSE
    w.balance := w.balance + change;
    w.version := w.version + 1;
    INSERT INTO credits.entries (user_id, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                                 reason, actor)
    VALUES (w.user_id, w.version, gen_random_uuid(), 'adjustment', change, w.balance, w.held, w.epoch, t,
            'edited by hand', 'sql:' || session_user);
  END IF;
  w.updated_at := t;
  PERFORM credits.announce(json_build_object(w.user_id, w.version)::text);
  RETURN w;
END $$;

CREATE OR REPLACE TRIGGER wallets_opened_by_hand BEFORE INSERT ON credits.wallets FOR EACH ROW
  WHEN (credits.by_hand()) EXECUTE FUNCTION credits.open_by_hand();
CREATE OR REPLACE TRIGGER wallets_opening_journaled AFTER INSERT ON credits.wallets FOR EACH ROW
  WHEN (credits.by_hand()) EXECUTE FUNCTION credits.journal_opening();
CREATE OR REPLACE TRIGGER wallets_edited_by_hand BEFORE UPDATE ON credits.wallets FOR EACH ROW
  WHEN (credits.by_hand()) EXECUTE FUNCTION credits.journal_edit();

-- Nobody deletes a wallet or an erasure, and nobody changes an entry, a grant's terms or a layer: not even the ledger.
CREATE OR REPLACE TRIGGER wallets_kept BEFORE DELETE OR TRUNCATE ON credits.wallets
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER entries_append_only BEFORE DELETE OR TRUNCATE ON credits.entries
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER grant_terms_append_only BEFORE DELETE OR TRUNCATE ON credits.grant_terms
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER grant_layers_append_only BEFORE DELETE OR TRUNCATE ON credits.grant_layers
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER entries_written_once BEFORE UPDATE ON credits.entries
  FOR EACH ROW EXECUTE FUNCTION credits.refuse_rewriting();
CREATE OR REPLACE TRIGGER grant_terms_written_once BEFORE UPDATE ON credits.grant_terms
  FOR EACH ROW EXECUTE FUNCTION credits.refuse_rewriting();
CREATE OR REPLACE TRIGGER grant_layers_written_once BEFORE UPDATE ON credits.grant_layers
  FOR EACH ROW EXECUTE FUNCTION credits.refuse_rewriting();
CREATE OR REPLACE TRIGGER erasures_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON credits.erasures
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER holds_kept BEFORE DELETE OR TRUNCATE ON credits.holds
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER refunds_kept BEFORE DELETE OR TRUNCATE ON credits.refunds
  EXECUTE FUNCTION credits.refuse_edit();

CREATE OR REPLACE TRIGGER entries_by_ledger BEFORE INSERT ON credits.entries
  EXECUTE FUNCTION credits.refuse_edit('but not the ledger');
CREATE OR REPLACE TRIGGER holds_by_ledger BEFORE INSERT OR UPDATE ON credits.holds
  EXECUTE FUNCTION credits.refuse_edit('but not the ledger');
CREATE OR REPLACE TRIGGER grant_terms_by_ledger BEFORE INSERT ON credits.grant_terms
  EXECUTE FUNCTION credits.refuse_edit('but not the ledger');
CREATE OR REPLACE TRIGGER grant_layers_by_ledger BEFORE INSERT ON credits.grant_layers
  EXECUTE FUNCTION credits.refuse_edit('but not the ledger');
CREATE OR REPLACE TRIGGER refunds_by_ledger BEFORE INSERT OR UPDATE ON credits.refunds
  EXECUTE FUNCTION credits.refuse_edit('but not the ledger');
CREATE OR REPLACE TRIGGER erasures_by_ledger BEFORE INSERT ON credits.erasures
  EXECUTE FUNCTION credits.refuse_edit('but not the ledger');
INSERT INTO credits.migrations VALUES ('edits.sql', 'of 0.1.0');
-- Where a time lies in a wallet's ledger: entries below this version were made before t, the others at t or later.
-- Version and time of an entry are given under the lock of its wallet, so they rise together and halving finds it in
-- some twenty steps by the primary key. An index over times would cost every charge a write.
CREATE OR REPLACE FUNCTION credits.version_at(owner text, t timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  low bigint := 0;
  high bigint := (SELECT max(e.version) + 1 FROM credits.entries e WHERE e.user_id = owner);
  middle bigint;
  probe record;
BEGIN
  WHILE low < high LOOP
    middle := (low + high) / 2;
    SELECT e.version, e.created_at INTO probe FROM credits.entries e
     WHERE e.user_id = owner AND e.version >= middle AND e.version < high ORDER BY e.version LIMIT 1;
    IF probe.created_at < t THEN
      low := probe.version + 1;
    ELSE
      high := middle;
    END IF;
  END LOOP;
  RETURN low;
END $$;
INSERT INTO credits.migrations VALUES ('history.sql', 'of 0.1.0');
-- The books, checked from outside the ledger's own arithmetic, one page of wallets at a time: each call is one
-- statement on one snapshot, takes no lock that a charge waits for, and names every difference it finds.
-- `wallets`, `entries` and `last_user_id` speak of the whole page and repeat on every row (one row with nulls for
-- the rest when all is well), so the caller can page on.
CREATE OR REPLACE FUNCTION credits.check_wallets(after_user_id text, page_size int)
RETURNS TABLE (wallets int, entries bigint, last_user_id text, user_id text, "check" text, expected text, actual text)
LANGUAGE sql STABLE
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
INSERT INTO credits.migrations VALUES ('integrity.sql', 'of 0.1.0');
-- Two roles for production, made where the migrating user may make roles; grant them to your own logins.
--   credits_app       what the app needs: it owns nothing and moves credits only through credits.apply
--   credits_operator  may read everything and change what an operator may: a wallet's balance, a new wallet
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['credits_app', 'credits_operator'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      END IF;
      EXECUTE format('GRANT USAGE ON SCHEMA credits TO %I', wanted);
      EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA credits TO %I', wanted);
      EXECUTE format('GRANT EXECUTE ON FUNCTION credits.check_wallets TO %I', wanted);
    EXCEPTION WHEN insufficient_privilege OR unique_violation OR duplicate_object OR undefined_object THEN
      RAISE NOTICE 'role % is left to the database''s owner: %', wanted, SQLERRM;
    END;
  END LOOP;
  REVOKE EXECUTE ON FUNCTION credits.apply, credits.erase FROM PUBLIC;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'credits_app') THEN
    GRANT EXECUTE ON FUNCTION credits.apply, credits.erase TO credits_app;
    GRANT INSERT, UPDATE, DELETE ON credits.answers TO credits_app;
    GRANT INSERT, UPDATE ON credits.gifts TO credits_app;
    GRANT INSERT (user_id, balance), UPDATE (balance) ON credits.wallets TO credits_operator;
  END IF;
END $$;
INSERT INTO credits.migrations VALUES ('roles.sql', 'of 0.1.0');
