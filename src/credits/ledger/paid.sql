-- Allowances that were paid for: what they poured, and fewer refills when money goes back.

-- The refills of an allowance with a number of them, as entries of the ledger; the first has one of two keys.
CREATE OR REPLACE FUNCTION allowance_refills(allowance uuid) RETURNS TABLE (period int, entry_id uuid)
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
  SELECT p.period, e.id
    FROM allowance_terms a
    JOIN wallets w ON w.number = a.wallet
   CROSS JOIN LATERAL generate_series(0, a.period - 1) AS p (period)
    JOIN ledger_entries e
      ON e.wallet = a.wallet AND e.fingerprint = refill_fingerprint(a)
         AND e.key = ANY (ARRAY[numbered_refill_key(w, a, p.period), CASE p.period WHEN 0 THEN a.key END])
   WHERE a.id = allowance AND a.refills IS NOT NULL
   ORDER BY p.period
$$;

CREATE OR REPLACE FUNCTION limit_refills(
  allowance uuid, refills int, last_until timestamptz, OUT outcome text, OUT id uuid, OUT owner text)
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT c.outcome, c.id, c.owner FROM change_refills(allowance, false, refills, last_until) c
$$;
