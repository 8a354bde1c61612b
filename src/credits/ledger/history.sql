-- Where a time lies in a wallet's ledger: entries below this version were made before t, the others at t or later.
-- Version and time of an entry are given under the lock of its wallet, so they rise together and halving finds it in
-- some twenty steps by the primary key. An index over times would cost every charge a write.
CREATE OR REPLACE FUNCTION credits.version_at(owner text, t timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  low bigint := 0;
  high bigint := (SELECT max(e.version) + 1 FROM credits.entries e WHERE e.user_id = owner);
  middle bigint;
  probe record;
BEGIN
  WHILE low < high LOOP
    middle := (low + high) / 2;
    SELECT e.version, e.created_at INTO probe FROM credits.entries e
     WHERE e.user_id = owner AND e.version >= middle AND e.version < high ORDER BY e.version LIMIT 1;
    IF probe.created_at < t THEN
      low := probe.version + 1;
    ELSE
      high := middle;
    END IF;
  END LOOP;
  RETURN low;
END $$;
