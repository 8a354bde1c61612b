-- An allowance that somebody paid for: so many refills and no more, the last of them good for longer than a month, so
-- that the next payment finds what is left over.
ALTER TABLE allowance_terms
  ADD COLUMN refills int CONSTRAINT allowance_terms_refills CHECK (refills >= 0),
  ADD COLUMN last_until timestamptz;

DROP FUNCTION IF EXISTS allow(text, uuid, text, bigint, int, timestamptz, timestamptz, bigint, text, text, text, text, text);
