-- Until then, at the latest, the provider has answered whoever asks it for the checkout. Of what has no checkout only
-- this much counts as open, so a provider that is away uses up nobody's room.
ALTER TABLE payments.purchases ADD COLUMN begins_until timestamptz;
ALTER TABLE payments.purchases ALTER COLUMN begins_until SET DEFAULT clock_timestamp() + interval '2 minutes';

-- What the request with this key said: an amount, or 0 for all that is unused. NULL: nobody kept it then.
ALTER TABLE payments.reversals
  ADD COLUMN requested bigint CONSTRAINT reversals_requested_not_negative CHECK (requested >= 0);
