-- Lets ended holds go that ended before then, the oldest first, at most so many; answers how many. Nothing of them
-- decides anything any more: what they held is free, their keys are too. What each wallet's books need to know of them
-- is added up in former_holds. None of the last day, whoever asks. What was said of them goes with them, but for those
-- that were carried over, which share it with entries and grants.
--
-- Ids are made of the time, so the primary key finds the oldest. Several instances skip each other's rows.
CREATE OR REPLACE FUNCTION forget_holds(before timestamptz, most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
DECLARE
  until CONSTANT timestamptz := LEAST(before, clock_timestamp() - interval '1 day');
  first_id CONSTANT uuid := encode(substr(int8send(floor(extract(epoch FROM until) * 1000)::bigint), 3)
                                   || '\x00000000000000000000'::bytea, 'hex')::uuid;
  forgotten int;
BEGIN
  WITH old AS MATERIALIZED (
    SELECT h.ctid AS spot, h.wallet FROM ended_holds h
     WHERE h.id < first_id AND h.resolved_at < until
     ORDER BY h.id LIMIT most FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM ended_holds h USING old WHERE h.ctid = old.spot AND h.wallet = old.wallet RETURNING h.*
  ), unsaid AS (
    DELETE FROM descriptions d USING gone WHERE d.wallet = gone.wallet AND d.id = gone.id
  ), unreasoned AS (
    DELETE FROM reasons r USING gone
     WHERE r.number = gone.reason AND r.wallet = gone.wallet
       AND gone.resolved_at > (SELECT m.applied_at FROM migrations m WHERE m.name = '0013_carried_over.sql')
  ), kept AS (
    INSERT INTO former_holds AS f (wallet, holds, versions, newest)
    SELECT g.wallet, count(*), sum(g.created_version + g.resolved_version), max(g.resolved_version)
      FROM gone g GROUP BY g.wallet ORDER BY g.wallet
    ON CONFLICT (wallet) DO UPDATE
       SET holds = f.holds + excluded.holds, versions = f.versions + excluded.versions,
           newest = GREATEST(f.newest, excluded.newest)
  )
  SELECT count(*) INTO forgotten FROM gone;
  RETURN forgotten;
END $$;
