-- What a host is told: written in the transaction of its cause, delivered after it, gone 30 days later.

-- An event stands here once for each way in which it is told: `post`, to the operator's address, and `handler`, in the
-- process of a host. Its id is the same in both, and at every attempt.
CREATE TABLE outbox (
  created_at timestamptz NOT NULL,
  -- When the next attempt is due. Whoever begins one moves it on first, so that nobody else does meanwhile. Null: none
  -- comes any more.
  due_at timestamptz,
  ended_at timestamptz,
  -- Null: it is about money of which nobody knows whose it is.
  wallet int,
  attempts int NOT NULL DEFAULT 0,
  id uuid NOT NULL,
  channel text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL DEFAULT 'waiting',
  -- A cause that may be found again tells once.
  once text COLLATE "C",
  -- What came of the last attempt.
  outcome text,
  -- Without the user id, which stands in the wallet's row alone.
  data jsonb NOT NULL,
  CONSTRAINT outbox_pkey PRIMARY KEY (id, channel),
  CONSTRAINT outbox_channel_known CHECK (channel IN ('post', 'handler')),
  CONSTRAINT outbox_state_known CHECK (state IN ('waiting', 'delivered', 'failed', 'erased')),
  CONSTRAINT outbox_waits_or_not CHECK ((state = 'waiting') = (due_at IS NOT NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX outbox_due ON outbox (channel, due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX outbox_once ON outbox (once, channel) WHERE once IS NOT NULL;
CREATE INDEX outbox_created_at ON outbox (created_at, id);
CREATE INDEX outbox_of_wallet ON outbox (wallet);

-- Who listens, to what, and until when: nothing is written for nobody. Instances say so again each hour.
CREATE TABLE event_listeners (
  type text COLLATE "C" NOT NULL,
  channel text COLLATE "C" NOT NULL,
  until timestamptz NOT NULL,
  CONSTRAINT event_listeners_pkey PRIMARY KEY (type, channel)
);

-- low          below this balance a wallet is low
-- notice_days  so long before credits expire it is told; 0: it is not
-- noticed_to   up to this expiry, and this grant of it, all has been told
CREATE TABLE event_settings (
  one boolean NOT NULL DEFAULT true CONSTRAINT event_settings_pkey PRIMARY KEY,
  low bigint NOT NULL,
  notice_days int NOT NULL,
  noticed_to timestamptz NOT NULL DEFAULT '-infinity',
  noticed_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  CONSTRAINT event_settings_one CHECK (one),
  CONSTRAINT event_settings_amounts CHECK (low >= 0 AND notice_days >= 0)
);

CREATE INDEX grant_terms_expiring ON grant_terms (expires_at, id) WHERE expires_at IS NOT NULL;

CREATE VIEW events AS
SELECT o.id, o.channel, o.type, w.user_id, o.data, o.state, o.attempts, o.outcome, o.due_at, o.created_at, o.ended_at
  FROM outbox o LEFT JOIN wallets w ON w.number = o.wallet;
