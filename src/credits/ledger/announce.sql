-- Tell every listener which wallets changed and to which version: JSON {"user id": version}. A payload is a hint
-- to read again, never a value to show. One notification a batch; two halves where 8,000 bytes do not hold it.
CREATE OR REPLACE FUNCTION credits.announce(changed credits.wallets[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  payload text := (SELECT json_object_agg(c.user_id, c.version)::text FROM unnest(changed) c);
  half CONSTANT int := cardinality(changed) / 2;
BEGIN
  IF octet_length(payload) < 8000 THEN
    PERFORM pg_notify('credits_wallets', payload);
  ELSIF half > 0 THEN
    PERFORM credits.announce(changed[:half]), credits.announce(changed[half + 1:]);
  END IF;
END $$;
