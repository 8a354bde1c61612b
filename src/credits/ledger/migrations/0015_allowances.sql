-- Credits that come back: an allowance pours a grant at each of its boundaries, from the anchor on. What is left over of
-- one period may be carried into the next, up to a cap.

CREATE TABLE allowance_terms (
  -- Null, with the cap: as many as monthly_grant says when they are poured.
  credits bigint,
  carry bigint,
  anchor timestamptz NOT NULL,
  until timestamptz,
  -- When the next refill is due; null: none comes any more.
  next_at timestamptz,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  wallet int NOT NULL,
  months int NOT NULL,
  -- The one that is poured next. The first, 0, begins at the anchor.
  period int NOT NULL DEFAULT 0,
  -- What the operator said, and what its refills say.
  reason int,
  actor int,
  refill_reason int NOT NULL,
  id uuid CONSTRAINT allowance_terms_pkey PRIMARY KEY,
  -- Of the period that runs: what was poured, and what was carried into it.
  grant_id uuid,
  carried_id uuid,
  category text NOT NULL,
  plan text NOT NULL,
  time_zone text NOT NULL,
  key bytea,
  fingerprint bytea,
  CONSTRAINT allowance_terms_credits CHECK (credits > 0 AND carry >= 0 OR credits IS NULL AND carry IS NULL),
  CONSTRAINT allowance_terms_months CHECK (months BETWEEN 1 AND 120),
  CONSTRAINT allowance_terms_period CHECK (period >= 0),
  CONSTRAINT allowance_terms_category_known CHECK (category IN ('signup', 'paid', 'promotional', 'compensation'))
);
CREATE INDEX allowance_terms_due ON allowance_terms (wallet, next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX allowance_terms_key ON allowance_terms (wallet, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX allowance_terms_monthly ON allowance_terms (wallet) WHERE credits IS NULL;

-- What everybody is given each month, as the operator set it last; 0: nothing. Not for the time before `since`.
CREATE TABLE monthly_grant (
  one boolean NOT NULL DEFAULT true CONSTRAINT monthly_grant_pkey PRIMARY KEY,
  credits bigint NOT NULL,
  carry bigint NOT NULL,
  time_zone text NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT monthly_grant_one CHECK (one),
  CONSTRAINT monthly_grant_amounts CHECK (credits >= 0 AND carry >= 0)
);

INSERT INTO reasons (reason) VALUES ('carried over'), ('refill: monthly');

CREATE VIEW allowances AS
SELECT a.id, w.user_id, a.plan, COALESCE(a.credits, m.credits, 0) AS credits, a.months, a.anchor, a.until,
       COALESCE(a.carry, m.carry, 0) AS carry, a.time_zone,
       CASE WHEN COALESCE(a.credits, m.credits, 0) > 0 THEN a.next_at END AS next_at,
       r.reason, c.name AS actor, a.created_at, a.ended_at
  FROM allowance_terms a
  JOIN wallets w ON w.number = a.wallet
  LEFT JOIN monthly_grant m ON a.credits IS NULL
  LEFT JOIN reasons r ON r.number = a.reason
  LEFT JOIN actors c ON c.number = a.actor;
