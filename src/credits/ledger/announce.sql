-- Tell every listener, in this commit, which wallets changed and to which version: JSON {"hash of the name": version}. A payload is a
-- hint to read again, never a value to show, and tells nobody's name. One notification a batch; two halves where
-- 8,000 bytes do not hold it. One channel for all the ledgers of a database.
-- Returns nothing of use, but returns: a function whose value is assigned costs no query, as PERFORM would.
CREATE OR REPLACE FUNCTION announce(versions text)
RETURNS text LANGUAGE plpgsql STRICT AS $$
BEGIN
  IF octet_length(versions) < 8000 THEN
    RETURN pg_notify('credits_wallets', versions);
  END IF;
  PERFORM announce(json_object_agg(v.key, v.value)::text)
     FROM json_each(versions::json) WITH ORDINALITY v GROUP BY v.ordinality % 2;
  RETURN NULL;
END $$;
