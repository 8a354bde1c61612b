-- Allowances that were paid for: what they poured, and fewer refills when money goes back.

-- The refills of an allowance with a number of them, as entries of the ledger: the first has the allowance's own key.
CREATE OR REPLACE FUNCTION allowance_refills(allowance uuid) RETURNS TABLE (period int, entry_id uuid)
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off AS $$
  SELECT p.period, e.id
    FROM allowance_terms a
    JOIN wallets w ON w.number = a.wallet
   CROSS JOIN LATERAL generate_series(0, a.period - 1) AS p (period)
    JOIN ledger_entries e ON e.wallet = a.wallet AND e.key = refill_key(w, a, p.period)
   WHERE a.id = allowance
   ORDER BY p.period
$$;

-- So many refills, and no more; the last of them lasts until then. What was poured stays.
CREATE OR REPLACE FUNCTION limit_refills(
  allowance uuid, refills int, last_until timestamptz, OUT outcome text, OUT id uuid, OUT owner text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_variable
DECLARE
  t timestamptz;
  w wallets;
BEGIN
  SELECT x.* INTO w FROM wallets x JOIN allowance_terms a ON a.wallet = x.number
   WHERE a.id = allowance FOR NO KEY UPDATE OF x;
  IF NOT FOUND THEN
    outcome := 'not_found';
    RETURN;
  END IF;
  t := clock_timestamp();
  w := settle(w, t);
  UPDATE allowance_terms a
     SET refills = refills, last_until = last_until,
         next_at = CASE WHEN a.ended_at IS NULL AND a.period < refills THEN boundary(a, a.period) END
   WHERE a.id = allowance;
  PERFORM settle_and_write(w, t);
  outcome := 'done';
  id := allowance;
  owner := w.user_id;
END $$;
