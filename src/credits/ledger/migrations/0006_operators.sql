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
