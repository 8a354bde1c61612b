-- A look at a subscription asks for its purchases, each time.
CREATE INDEX purchases_of_subscription ON payments.purchases (subscription_id) WHERE subscription_id IS NOT NULL;

-- Operators ask for those of any state, and the metrics for what is open and what is suspect.
CREATE INDEX purchases_by_state ON payments.purchases (state, created_at DESC, id);
DROP INDEX payments.purchases_unsettled;

-- An erasure takes the name from what a person did as an operator.
CREATE INDEX reversals_of_actor ON payments.reversals (actor) WHERE actor IS NOT NULL;
