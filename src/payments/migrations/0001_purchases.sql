-- What somebody began to buy. The offer stands here as it was then; what became of it is what the provider said when
-- we looked last. A row without a user is money that came for a purchase we do not know (after a restore, say).
CREATE TABLE payments.purchases (
  id                  uuid CONSTRAINT purchases_pk PRIMARY KEY,
  user_id             text,
  offer               text,
  credits             bigint CONSTRAINT purchases_credits_positive CHECK (credits > 0),
  amount              bigint NOT NULL CONSTRAINT purchases_amount_not_negative CHECK (amount >= 0),
  currency            text NOT NULL CONSTRAINT purchases_currency_known CHECK (currency ~ '^[A-Z]{3}$'),
  expires_months      int,
  -- A hash of the idempotency key it was begun with: the same key begins nothing else.
  request_key         text,
  provider            text NOT NULL CONSTRAINT purchases_provider_known CHECK (provider IN ('demo', 'stripe')),
  state               text NOT NULL DEFAULT 'open'
                      CONSTRAINT purchases_state_known CHECK (state IN ('open', 'paid', 'failed', 'expired', 'suspect')),
  is_pending          boolean NOT NULL DEFAULT false,
  suspicion           text,
  session_ref         text CONSTRAINT purchases_session_once UNIQUE,
  url                 text,
  session_expires_at  timestamptz,
  payment_ref         text,
  paid_amount         bigint CONSTRAINT purchases_paid_amount_not_negative CHECK (paid_amount >= 0),
  paid_at             timestamptz,
  entry_id            uuid,
  -- Credits that are taken back now, and how often that changed.
  clawed              bigint NOT NULL DEFAULT 0 CONSTRAINT purchases_clawed_in_bounds CHECK (clawed BETWEEN 0 AND credits),
  turn                int NOT NULL DEFAULT 0,
  receipt_url         text,
  -- When the look began whose facts stand here, and when nobody need have looked before.
  looked_at           timestamptz,
  look_due_at         timestamptz DEFAULT clock_timestamp() + interval '2 minutes',
  created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT purchases_paid_is_granted CHECK ((state = 'paid') = (entry_id IS NOT NULL)),
  CONSTRAINT purchases_suspect_says_why CHECK ((state = 'suspect') = (suspicion IS NOT NULL)),
  CONSTRAINT purchases_sold_to_somebody CHECK (state = 'suspect' OR (user_id IS NOT NULL AND offer IS NOT NULL AND credits IS NOT NULL)),
  CONSTRAINT purchases_request_once UNIQUE (user_id, request_key)
);
CREATE INDEX purchases_of_user ON payments.purchases (user_id, created_at DESC, id);
CREATE INDEX purchases_by_time ON payments.purchases (created_at DESC, id);
CREATE INDEX purchases_due ON payments.purchases (look_due_at) WHERE look_due_at IS NOT NULL;

-- Money that goes back, whoever asked for it. A refund of ours stands here before the provider hears of it.
CREATE TABLE payments.reversals (
  id           uuid CONSTRAINT reversals_pk PRIMARY KEY DEFAULT gen_random_uuid(),
  purchase_id  uuid NOT NULL CONSTRAINT reversals_of_purchase REFERENCES payments.purchases,
  ref          text,
  kind         text NOT NULL CONSTRAINT reversals_kind_known CHECK (kind IN ('refund', 'dispute')),
  -- How much of it is back now; 0 when it failed, was refused or won.
  amount       bigint NOT NULL CONSTRAINT reversals_amount_not_negative CHECK (amount >= 0),
  -- Credits beyond the share of the money: what a refund of all that is unused would lose by rounding down.
  surplus      bigint NOT NULL DEFAULT 0 CONSTRAINT reversals_surplus_not_negative CHECK (surplus >= 0),
  -- Asked for by an operator, and the provider has not said yet what becomes of it.
  is_asked     boolean NOT NULL DEFAULT false,
  request_key  text CONSTRAINT reversals_request_once UNIQUE,
  reason       text,
  actor        text,
  refusal      text,
  seen_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT reversals_ref_once UNIQUE (purchase_id, ref)
);
CREATE INDEX reversals_asked ON payments.reversals (purchase_id) WHERE is_asked;

-- Up to when the provider's own lists have been read.
CREATE TABLE payments.watches (
  provider       text CONSTRAINT watches_pk PRIMARY KEY,
  read_until     timestamptz NOT NULL DEFAULT clock_timestamp(),
  claimed_until  timestamptz NOT NULL DEFAULT '-infinity'
);

-- What the demo's bank knows.
CREATE TABLE payments.demo_checkouts (
  ref          text CONSTRAINT demo_checkouts_pk PRIMARY KEY,
  purchase_id  uuid NOT NULL CONSTRAINT demo_checkouts_once UNIQUE,
  credits      bigint NOT NULL,
  amount       bigint NOT NULL,
  currency     text NOT NULL,
  -- In the future: a bank that takes its time.
  paid_at      timestamptz,
  declined_at  timestamptz,
  expires_at   timestamptz NOT NULL DEFAULT clock_timestamp() + interval '1 day'
);
CREATE TABLE payments.demo_reversals (
  ref       text CONSTRAINT demo_reversals_pk PRIMARY KEY,
  checkout  text NOT NULL CONSTRAINT demo_reversals_of_checkout REFERENCES payments.demo_checkouts,
  kind      text NOT NULL,
  amount    bigint NOT NULL
);
