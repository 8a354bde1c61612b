-- Paid allowances: what they poured, and fewer refills when money goes back.

-- The ledger entries of an allowance with a fixed number of refills, numbered in order. Each is found by its
-- allowance's own reason, because nobody can tell its key once the person was erased.
CREATE OR REPLACE FUNCTION allowance_refills(allowance uuid) RETURNS TABLE (period int, entry_id uuid)
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
  SELECT (row_number() OVER (ORDER BY e.version) - 1)::int, e.id
    FROM allowance_terms a
    JOIN ledger_entries e ON e.wallet = a.wallet AND e.kind = 'grant' AND e.reason = a.refill_reason
                             AND e.fingerprint = refill_fingerprint(a)
   WHERE a.id = allowance AND a.refills IS NOT NULL
   ORDER BY e.version
$$;

CREATE OR REPLACE FUNCTION limit_refills(
  allowance uuid, refills int, last_until timestamptz, OUT outcome text, OUT id uuid, OUT owner text)
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT c.outcome, c.id, c.owner FROM change_refills(allowance, false, refills, last_until) c
$$;
