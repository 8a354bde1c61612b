-- Tell every listener, with this commit, which wallets changed and to which version: JSON {"hash of the name":
-- version}. A payload is a hint to read again, never a value to show, and it names nobody. One notification a batch;
-- if 8,000 bytes do not hold it, two halves. All the ledgers of a database share one channel.
-- The result means nothing. There is one because assigning a function's value costs no query, and PERFORM does.
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
