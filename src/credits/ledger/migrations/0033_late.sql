-- Refills that came late, because their money was away when they were due, last at least until then.
ALTER TABLE allowance_terms ADD COLUMN late_until timestamptz;
