-- The tables of a ledger. They name no schema: a ledger lives in one of its own, beside others in the same database.
-- Amounts are whole credits; every constraint has a name of ours.
--
-- wallet         one user's credits: balance owned, held set aside, version + 1 with every change. Its name, the user
--                id, stands in this row and nowhere else; everything else says its number
-- actor          somebody who acts, by number likewise
-- reason         what was said about a wallet; what says nothing about anybody belongs to no wallet
-- ledger entry   one immutable row per change of a balance; the wallet version it made is its place in the ledger
-- running hold   credits set aside for work that runs. Captured, it lives on as its charge, under the same id
-- ended hold     one that was released or expired
-- grant          credits given: its terms never change; what remains of it follows from the wallet's level
-- layer          a grant's height in the glass, from one epoch until another
-- refund         how much of one charge has been given back, over all its refund entries together

CREATE TABLE wallets (
  user_id text COLLATE "C" CONSTRAINT wallets_pkey PRIMARY KEY,
  balance bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0,
  -- No grant, and no hold, of this wallet expires before these instants; past one of them the wallet is settled
  -- before use. Apart, because holds come with every paid request: a column without an index keeps those updates
  -- of the wallet in place (HOT).
  due_at timestamptz,
  holds_due_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Which layers are current. Grants, raises, refunds and expiries start a new epoch; charges do not.
  epoch int NOT NULL DEFAULT 0,
  -- Not to be had from held: a hold may be of 0 credits.
  active_holds int NOT NULL DEFAULT 0,
  number int GENERATED ALWAYS AS IDENTITY CONSTRAINT wallets_number_unique UNIQUE,
  -- See name_hash(): by it a notification names the wallet, and its first twelve bits stand in every id of its own.
  name_hash int NOT NULL,
  -- Keys are kept as a hash with this salt. An erasure draws another one, so nobody can try a person's keys.
  salt bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()),
  -- The one check: that no credit is spent twice. PostgreSQL parses a check anew for every statement that writes to
  -- its table; what others would guard, the trigger on hand-made edits and the integrity check see to.
  CONSTRAINT wallets_held_within_balance CHECK (held >= 0 AND held <= balance)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX wallets_due ON wallets (due_at, user_id) WHERE due_at IS NOT NULL;
-- Operators find a wallet by how its user id begins, in capitals or not.
CREATE INDEX wallets_by_name ON wallets (lower(user_id), user_id);

CREATE TABLE actors (
  number int GENERATED ALWAYS AS IDENTITY CONSTRAINT actors_pkey PRIMARY KEY,
  name text COLLATE "C" NOT NULL CONSTRAINT actors_name_unique UNIQUE
);

CREATE TABLE reasons (
  number int GENERATED ALWAYS AS IDENTITY CONSTRAINT reasons_pkey PRIMARY KEY,
  -- Null where the ledger itself, or a rule, gives the reason: that names nobody.
  wallet int,
  reason text NOT NULL
);
CREATE INDEX reasons_of_wallet ON reasons (wallet) WHERE wallet IS NOT NULL;
CREATE UNIQUE INDEX reasons_of_nobody ON reasons (reason) WHERE wallet IS NULL;
INSERT INTO reasons (reason) VALUES ('expired'), ('not kept alive'), ('signup'), ('edited by hand'), ('erased');

CREATE TABLE ledger_entries (
  version bigint NOT NULL,
  amount bigint NOT NULL,
  balance_after bigint NOT NULL,
  held_after bigint NOT NULL,
  created_at timestamptz NOT NULL,
  -- Of the hold that this charge captured; null where it captured none.
  hold_amount bigint,
  hold_version bigint,
  hold_created_at timestamptz,
  hold_expires_at timestamptz,
  wallet int NOT NULL,
  epoch int NOT NULL,
  reason int,
  actor int,
  -- A charge that captured a hold goes by the hold's id.
  id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  action text,
  price_version text,
  grant_id uuid,
  reverses uuid,
  -- Only of charges from before the hold's id became theirs.
  hold_id uuid,
  key bytea,
  fingerprint bytea,
  CONSTRAINT ledger_entries_pkey PRIMARY KEY (wallet, version),
  CONSTRAINT ledger_entries_id_unique UNIQUE (id)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

CREATE UNIQUE INDEX ledger_entries_key ON ledger_entries (wallet, key) WHERE key IS NOT NULL;
CREATE INDEX ledger_entries_reverses ON ledger_entries (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ledger_entries_hold_id ON ledger_entries (hold_id) WHERE hold_id IS NOT NULL;
-- A page of grants or refunds from among a million charges. Charges are not in it, so a charge does not write it.
CREATE INDEX ledger_entries_by_kind ON ledger_entries (wallet, kind, version) WHERE kind <> 'charge';

CREATE TABLE running_holds (
  amount bigint NOT NULL,
  created_version bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  wallet int NOT NULL,
  id uuid CONSTRAINT running_holds_pkey PRIMARY KEY,
  action text NOT NULL,
  price_version text,
  key bytea,
  fingerprint bytea
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
-- A wallet's holds, and among them the one that has a key: a released or expired hold frees it. No index has the
-- time: to keep a hold alive then writes its row alone, and those that nobody kept alive are found among the few that run.
CREATE INDEX running_holds_of_wallet ON running_holds (wallet, key);

CREATE TABLE ended_holds (
  amount bigint NOT NULL,
  created_version bigint NOT NULL,
  resolved_version bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  resolved_at timestamptz NOT NULL,
  wallet int NOT NULL,
  reason int,
  id uuid CONSTRAINT ended_holds_pkey PRIMARY KEY,
  state text COLLATE "C" NOT NULL CONSTRAINT ended_holds_state_known CHECK (state IN ('released', 'expired')),
  action text NOT NULL,
  price_version text
);
CREATE INDEX ended_holds_of_wallet ON ended_holds (wallet, state, created_version);

CREATE TABLE grant_terms (
  amount bigint NOT NULL,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  -- The wallet version it came with, then its place among those of one version: the last word of the burn order.
  version bigint NOT NULL,
  part int NOT NULL DEFAULT 0,
  wallet int NOT NULL,
  reason int,
  actor int,
  id uuid CONSTRAINT grant_terms_pkey PRIMARY KEY,
  priority smallint NOT NULL,
  category text NOT NULL,
  CONSTRAINT grant_terms_of_wallet UNIQUE (wallet, version, part),
  CONSTRAINT grant_terms_amount_positive CHECK (amount > 0),
  CONSTRAINT grant_terms_priority_range CHECK (priority BETWEEN 0 AND 100),
  CONSTRAINT grant_terms_category_known CHECK (category IN ('signup', 'paid', 'promotional', 'compensation'))
);

CREATE TABLE grant_layers (
  height bigint NOT NULL,
  wallet int NOT NULL,
  -- From its epoch on, until another one; the greatest of all integers while it is current.
  epoch int NOT NULL,
  until int NOT NULL DEFAULT 2147483647,
  grant_id uuid NOT NULL CONSTRAINT grant_layers_grant REFERENCES grant_terms (id),
  -- Expired and still there, because a hold protects it: on top of all others.
  lapsed boolean NOT NULL DEFAULT false,
  CONSTRAINT grant_layers_pkey PRIMARY KEY (wallet, until, grant_id),
  CONSTRAINT grant_layers_shape CHECK (height > 0 AND until > epoch)
);

CREATE TABLE refunds (
  entry_id uuid CONSTRAINT refunds_pkey PRIMARY KEY,
  charged bigint NOT NULL,
  refunded bigint NOT NULL,
  wallet int NOT NULL,
  CONSTRAINT refunds_within_charge CHECK (refunded > 0 AND refunded <= charged)
);
CREATE INDEX refunds_of_wallet ON refunds (wallet);

-- First answers to requests with an Idempotency-Key, for at least 24 hours: repeated byte for byte. A row without
-- a status is a claim: the request runs, or crashed and its claim lapses. (A paid request is claimed by its hold.)
-- By name: whoever asks may have no wallet, and what was answered is about them anyway, so an erasure deletes it.
CREATE TABLE answers (
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
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX answers_created_at ON answers (created_at);

-- Credits for every wallet, or for those named, once each: the ledger's key gift:<key> sees to that, and this row is
-- only how far it has come.
CREATE TABLE gifts (
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
CREATE INDEX gifts_running ON gifts (created_at) WHERE finished_at IS NULL;

-- A pseudonym that stands where a person's user id stood.
CREATE TABLE erasures (
  pseudonym text COLLATE "C" CONSTRAINT erasures_pkey PRIMARY KEY,
  -- Keyed, and the key is not in the database: whoever reads this table cannot try user ids on it.
  person_hash text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX erasures_person ON erasures (person_hash);

-- What people read: names where the tables have numbers.
CREATE VIEW entries AS
SELECT e.id, w.user_id, e.version, e.kind, e.amount, e.balance_after, e.held_after, e.action, r.reason,
       a.name AS actor, CASE WHEN e.hold_amount IS NOT NULL THEN COALESCE(e.hold_id, e.id) END AS hold_id,
       e.grant_id, e.reverses, e.price_version, e.created_at
  FROM ledger_entries e
  JOIN wallets w ON w.number = e.wallet
  LEFT JOIN reasons r ON r.number = e.reason
  LEFT JOIN actors a ON a.number = e.actor;

CREATE VIEW holds AS
SELECT h.id, w.user_id, h.action, h.amount, h.state, h.expires_at, h.created_at, h.resolved_at,
       r.reason, h.price_version, h.charged, h.created_version, h.resolved_version
  FROM (SELECT id, wallet, action, amount, 'held'::text COLLATE "C" AS state, expires_at, created_at, NULL::timestamptz AS resolved_at,
               NULL::int AS reason, price_version, NULL::bigint AS charged, created_version,
               NULL::bigint AS resolved_version
          FROM running_holds
         UNION ALL
        SELECT id, wallet, action, hold_amount, 'captured'::text COLLATE "C", hold_expires_at, hold_created_at, created_at, NULL,
               price_version, -amount, hold_version, version
          FROM ledger_entries WHERE hold_amount IS NOT NULL AND hold_id IS NULL
         UNION ALL
        SELECT hold_id, wallet, action, hold_amount, 'captured'::text COLLATE "C", hold_expires_at, hold_created_at, created_at, NULL,
               price_version, -amount, hold_version, version
          FROM ledger_entries WHERE hold_amount IS NOT NULL AND hold_id IS NOT NULL
         UNION ALL
        SELECT id, wallet, action, amount, state, expires_at, created_at, resolved_at, reason, price_version, 0::bigint,
               created_version, resolved_version
          FROM ended_holds) h
  JOIN wallets w ON w.number = h.wallet
  LEFT JOIN reasons r ON r.number = h.reason;

-- What remains of every grant at this instant; the first to burn first within a wallet when ordered by burn_order.
CREATE VIEW grants AS
SELECT s.id, s.user_id, s.amount, GREATEST(LEAST(s.balance - s.top + s.height, s.height), 0)::bigint AS remaining,
       s.category, s.priority, s.reason, s.actor, s.expires_at, s.created_at, s.burn_order
  FROM (SELECT g.id, w.user_id, g.amount, w.balance, COALESCE(l.height, 0) AS height,
               sum(COALESCE(l.height, 0)) OVER (
                 PARTITION BY w.user_id ORDER BY COALESCE(l.lapsed, false), g.priority DESC,
                                                 g.expires_at DESC NULLS FIRST, g.version DESC, g.part DESC) AS top,
               g.category, g.priority, r.reason, a.name AS actor, g.expires_at, g.created_at,
               row_number() OVER (PARTITION BY w.user_id
                                      ORDER BY g.priority, g.expires_at NULLS LAST, g.version, g.part) AS burn_order
          FROM wallets w
          JOIN grant_terms g ON g.wallet = w.number
          LEFT JOIN grant_layers l ON l.wallet = g.wallet AND l.until = 2147483647 AND l.grant_id = g.id
          LEFT JOIN reasons r ON r.number = g.reason
          LEFT JOIN actors a ON a.number = g.actor) s;

-- One operation of a batch; see apply.sql.
CREATE TYPE operation AS (
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
