-- The version that a time comes to in a wallet's ledger: entries below it were made before t, the others at t or
-- later. An entry gets its version and time under the wallet's lock, so they rise together, and a binary search finds
-- the version in some twenty steps by the primary key. An index over times would cost every charge a write.
CREATE OR REPLACE FUNCTION version_at(owner text, t timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  of_wallet CONSTANT int := (SELECT w.number FROM wallets w WHERE w.user_id = owner);
  low bigint := 0;
  high bigint := (SELECT max(e.version) + 1 FROM ledger_entries e WHERE e.wallet = of_wallet);
  middle bigint;
  probe record;
BEGIN
  WHILE low < high LOOP
    middle := (low + high) / 2;
    SELECT e.version, e.created_at INTO probe FROM ledger_entries e
     WHERE e.wallet = of_wallet AND e.version >= middle AND e.version < high ORDER BY e.version LIMIT 1;
    IF probe.created_at < t THEN
      low := probe.version + 1;
    ELSE
      high := middle;
    END IF;
  END LOOP;
  RETURN low;
END $$;

-- The newest holds of a wallet below a place: up to a limit for each of the named states, each state from its own
-- index. A hold's place is the version that set it aside; for a captured hold it is the version of its charge,
-- because captured holds are found through the entries, and only a limited number of entries is looked through.
CREATE OR REPLACE FUNCTION holds_before(owner text, states text[], place bigint, most int)
RETURNS SETOF holds LANGUAGE plpgsql STABLE SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
DECLARE
  of_wallet CONSTANT int := (SELECT w.number FROM wallets w WHERE w.user_id = owner);
  ids uuid[] := '{}';
BEGIN
  IF 'held' = ANY (states) THEN
    ids := ids || ARRAY(SELECT h.id FROM running_holds h WHERE h.wallet = of_wallet AND h.created_version < place
                         ORDER BY h.created_version DESC LIMIT most);
  END IF;
  IF 'captured' = ANY (states) THEN
    ids := ids || ARRAY(SELECT COALESCE(e.hold_id, e.id)
                          FROM (SELECT * FROM ledger_entries x WHERE x.wallet = of_wallet AND x.version < place
                                 ORDER BY x.version DESC LIMIT 10000) e
                         WHERE e.hold_amount IS NOT NULL ORDER BY e.version DESC LIMIT most);
  END IF;
  FOR nth IN 1 .. cardinality(states) LOOP
    ids := ids || ARRAY(SELECT h.id FROM ended_holds h WHERE h.wallet = of_wallet AND h.state = states[nth] AND h.created_version < place
                         ORDER BY h.created_version DESC LIMIT most);
  END LOOP;
  -- One by one, by id, however many the planner expects.
  RETURN QUERY SELECT h.* FROM unnest(ids) wanted (id)
    CROSS JOIN LATERAL (SELECT * FROM holds x WHERE x.id = wanted.id OFFSET 0) h;
END $$;

CREATE OR REPLACE FUNCTION latest_holds(owner text, states text[], most int)
RETURNS SETOF holds LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT * FROM holds_before(owner, states, 9223372036854775807, most)
$$;

-- Which grants a charge burned, the first to burn first: it took the slice (balance_after, balance_after + charged] of
-- its epoch's glass; see give_back, which returns it there.
CREATE OR REPLACE FUNCTION drawn_by(of_entry uuid)
RETURNS TABLE (id uuid, amount bigint, category text, reason text, expires_at timestamptz, created_at timestamptz)
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
  SELECT g.id, LEAST(l.floor + l.height, e.balance_after - e.amount) - GREATEST(l.floor, e.balance_after),
         g.category, r.reason, g.expires_at, g.created_at
    FROM ledger_entries e
   CROSS JOIN LATERAL layers_at(e.wallet, e.epoch) l
    JOIN grant_terms g ON g.id = l.grant_id
    LEFT JOIN reasons r ON r.number = g.reason
   WHERE e.id = of_entry AND e.kind = 'charge'
     AND l.floor < e.balance_after - e.amount AND l.floor + l.height > e.balance_after
   ORDER BY l.floor DESC
$$;
