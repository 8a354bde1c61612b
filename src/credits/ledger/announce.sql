-- Tell every listener which wallets changed and to which version: JSON {"user id": version}. A payload is a hint
-- to read again, never a value to show. One notification a batch; more only where 8,000 bytes do not hold it.
CREATE OR REPLACE FUNCTION credits.announce(changed credits.wallets[])
RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('credits_wallets', json_object_agg(p.user_id, p.version)::text)
    FROM (SELECT c.user_id, c.version,
                 sum(octet_length(to_json(c.user_id)::text) + 24) OVER (ROWS UNBOUNDED PRECEDING) / 6000 AS page
            FROM unnest(changed) c) p
   GROUP BY p.page
$$;
