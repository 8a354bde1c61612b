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
