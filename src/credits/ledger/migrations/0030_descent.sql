-- What became of a grant is told by all that came of it: what was carried into a later period, and what came back after it
-- had expired. Each of these names the grant that an entry gave. Of what was carried before this, nothing is known.
ALTER TABLE grant_terms ADD COLUMN origin uuid;
CREATE INDEX grant_terms_of_origin ON grant_terms (origin) WHERE origin IS NOT NULL;

-- What is left of several grants is carried into as many.
ALTER TABLE allowance_terms ADD COLUMN carried_ids uuid[] NOT NULL DEFAULT '{}';
UPDATE allowance_terms SET carried_ids = ARRAY[carried_id] WHERE carried_id IS NOT NULL;
ALTER TABLE allowance_terms DROP COLUMN carried_id;
DROP FUNCTION IF EXISTS carry_over(wallets, timestamptz, allowance_terms, timestamptz, uuid);
