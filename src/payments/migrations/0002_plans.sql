-- Plans as they were offered. Terms never change: what is sold under the same name later are others.
CREATE TABLE payments.plan_terms (
  id         uuid CONSTRAINT plan_terms_pk PRIMARY KEY,
  provider   text NOT NULL,
  plan       text NOT NULL,
  credits    bigint NOT NULL CONSTRAINT plan_terms_credits_positive CHECK (credits > 0),
  amount     bigint NOT NULL CONSTRAINT plan_terms_amount_positive CHECK (amount > 0),
  currency   text NOT NULL,
  -- Paid at once; the credits are those of each.
  months     int NOT NULL CONSTRAINT plan_terms_months_known CHECK (months IN (1, 12)),
  carry      bigint NOT NULL CONSTRAINT plan_terms_carry_not_negative CHECK (carry >= 0),
  price_ref  text CONSTRAINT plan_terms_price_once UNIQUE,
  CONSTRAINT plan_terms_once UNIQUE (provider, plan, credits, amount, currency, months, carry)
);

-- What somebody subscribed to, as the provider said when we looked last. Each of its invoices that is paid is a purchase.
CREATE TABLE payments.subscriptions (
  id             uuid CONSTRAINT subscriptions_pk PRIMARY KEY,
  user_id        text NOT NULL,
  terms          uuid NOT NULL CONSTRAINT subscriptions_of_terms REFERENCES payments.plan_terms,
  provider       text NOT NULL,
  ref            text NOT NULL CONSTRAINT subscriptions_ref_once UNIQUE,
  state          text NOT NULL CONSTRAINT subscriptions_state_known CHECK (state IN ('trialing', 'active', 'past_due', 'ended')),
  paid_until     timestamptz,
  cancels_at     timestamptz,
  ended_at       timestamptz,
  -- The one that was poured last: what is left over of it is carried into the next.
  allowance_id   uuid,
  looked_at      timestamptz,
  look_due_at    timestamptz DEFAULT clock_timestamp(),
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX subscriptions_of_user ON payments.subscriptions (user_id, created_at DESC);
CREATE INDEX subscriptions_due ON payments.subscriptions (look_due_at) WHERE look_due_at IS NOT NULL;

-- One customer at the provider for each user who subscribes.
CREATE TABLE payments.customers (
  id        uuid CONSTRAINT customers_pk PRIMARY KEY,
  user_id   text NOT NULL,
  provider  text NOT NULL,
  ref       text,
  CONSTRAINT customers_once UNIQUE (user_id, provider)
);

ALTER TABLE payments.purchases
  ADD COLUMN terms             uuid CONSTRAINT purchases_of_terms REFERENCES payments.plan_terms,
  ADD COLUMN trial_days        int,
  ADD COLUMN refills           int,
  -- What an invoice pays for that the provider made by itself; else it was offered whole.
  ADD COLUMN is_share          boolean NOT NULL DEFAULT false,
  ADD COLUMN subscription_id   uuid CONSTRAINT purchases_of_subscription REFERENCES payments.subscriptions,
  ADD COLUMN invoice_ref       text CONSTRAINT purchases_invoice_once UNIQUE,
  ADD COLUMN period_starts_at  timestamptz,
  ADD COLUMN period_ends_at    timestamptz,
  ADD COLUMN allowance_id      uuid;
-- Of two that are paid at once the second would be another subscription.
CREATE UNIQUE INDEX purchases_one_plan_checkout ON payments.purchases (user_id)
 WHERE terms IS NOT NULL AND state = 'open' AND invoice_ref IS NULL;

-- The few that somebody may have to look after, for what is measured.
CREATE INDEX purchases_unsettled ON payments.purchases (state, created_at) WHERE state IN ('open', 'suspect');

-- What the demo's bank knows of plans. When a period is over it takes the money for the next without being asked.
CREATE TABLE payments.demo_subscriptions (
  ref         text CONSTRAINT demo_subscriptions_pk PRIMARY KEY,
  price       text NOT NULL,
  -- When the period that runs ends.
  paid_until  timestamptz NOT NULL,
  is_trial    boolean NOT NULL,
  cancels_at  timestamptz,
  ended_at    timestamptz
);
ALTER TABLE payments.demo_checkouts
  ADD COLUMN price         text,
  ADD COLUMN trial_days    int,
  ADD COLUMN subscription  text,
  ADD COLUMN starts_at     timestamptz,
  ADD COLUMN ends_at       timestamptz;
CREATE INDEX demo_checkouts_of_subscription ON payments.demo_checkouts (subscription) WHERE subscription IS NOT NULL;
