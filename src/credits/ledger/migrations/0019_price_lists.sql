-- The price lists under which something was held by the unit: work that outlives a change of prices, or goes on in
-- another instance, is charged at those it began with. A list is never changed, for its version is its hash.
CREATE TABLE price_lists (
  version text CONSTRAINT price_lists_pkey PRIMARY KEY,
  prices jsonb NOT NULL,
  first_held_at timestamptz NOT NULL DEFAULT now()
);
