-- First answers to requests with an Idempotency-Key, for at least 24 hours: repeated byte for byte. A row without
-- a status is a claim: the request runs, or crashed and its claim lapses. (A paid request is claimed by its hold.)
CREATE TABLE credits.answers (
  user_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  route text NOT NULL,
  -- The fingerprint of what came in; null where the answer was given before the input was read.
  input text,
  status smallint,
  headers jsonb,
  body text,
  claimed_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT answers_pkey PRIMARY KEY (user_id, key),
  CONSTRAINT answers_complete CHECK ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (headers IS NULL))
);
CREATE INDEX answers_created_at ON credits.answers (created_at);
