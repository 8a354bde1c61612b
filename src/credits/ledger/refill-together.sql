-- Refills of many wallets in one statement, for an instant at which many are due: what settle() does to each of them,
-- where a refill is all that is due and it carries nothing over, which is nearly all of them. The others it leaves as
-- they are. Nothing waits here: a wallet that somebody else has locked is passed over.

-- Answers those that it locked, and whether they were refilled; settle() is for the rest.
CREATE OR REPLACE FUNCTION refill_together(owners text[], announces boolean)
RETURNS TABLE (user_id text, is_refilled boolean, name_hash int, version bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
-- As for apply(): always the indexes.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  largest CONSTANT bigint := 9007199254740991;
  ledger CONSTANT int := number_of_actor('ledger');
  expired CONSTANT int := number_of_reason(NULL, 'expired');
  low CONSTANT bigint := (SELECT s.low FROM event_settings s);
  locked wallets[];
  t timestamptz;
BEGIN
  SELECT array_agg(l.x) INTO locked
    FROM (SELECT x FROM wallets x WHERE x.user_id = ANY (owners) AND x.due_at <= clock_timestamp() ORDER BY x.user_id
             FOR NO KEY UPDATE SKIP LOCKED) l;
  t := clock_timestamp();
  RETURN QUERY
  WITH due AS MATERIALIZED (
    SELECT w, a, COALESCE(a.credits, m.credits) AS credits, COALESCE(a.carry, m.carry) AS carry, refill_ends(a) AS ends,
           (SELECT min(o.next_at) FROM allowance_terms o WHERE o.wallet = w.number AND o.id <> a.id) AS others
      FROM unnest(locked) w
      JOIN allowance_terms a ON a.wallet = w.number AND a.next_at <= t
      LEFT JOIN monthly_grant m ON a.credits IS NULL
     WHERE w.active_holds = 0 AND w.held = 0 AND w.owed = 0 AND a.refills IS NULL
       AND (a.credits IS NOT NULL OR m.credits > 0 AND m.since <= a.next_at)
  ), plain AS MATERIALIZED (
    SELECT (d.w).number, (d.w).user_id, (d.w).name_hash, (d.w).balance, (d.w).version, (d.w).epoch, d.a, d.credits, d.ends,
           l.*, (d.w).balance - l.lost + d.credits AS balance_after, (d.w).version + l.lapses + 1 AS version_after,
           -- What expires starts an epoch, and what is poured another one.
           (d.w).epoch + CASE WHEN l.lapses > 0 THEN 2 ELSE 1 END AS epoch_after,
           CASE WHEN (boundary(d.a, (d.a).period + 1) < (d.a).until) IS NOT FALSE
                THEN boundary(d.a, (d.a).period + 1) END AS next_at, d.others,
           new_id((d.w).name_hash) AS grant_id, new_id((d.w).name_hash) AS event_id
      FROM due d
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE g.ends_now AND g.rest > 0)::int AS lapses,
               COALESCE(sum(g.rest) FILTER (WHERE g.ends_now), 0)::bigint AS lost,
               array_agg(g.grant_id ORDER BY g.floor DESC) FILTER (WHERE g.ends_now AND g.rest > 0) AS lapsed_ids,
               array_agg(g.rest ORDER BY g.floor DESC) FILTER (WHERE g.ends_now AND g.rest > 0) AS lapsed_credits,
               array_agg(g.grant_id) FILTER (WHERE g.ends_now OR g.rest <> g.height) AS changed_ids,
               array_agg(CASE WHEN g.ends_now THEN 0 ELSE g.rest END)
                 FILTER (WHERE g.ends_now OR g.rest <> g.height) AS changed_heights,
               min(g.expires_at) FILTER (WHERE g.rest > 0 AND NOT g.ends_now) AS next_expiry,
               bool_or(g.lapsed) AS any_protected,
               COALESCE(sum(g.rest) FILTER (WHERE g.grant_id = ANY ((d.a).grant_id || (d.a).carried_ids)), 0) AS left_over
          FROM (SELECT x.grant_id, x.floor, x.height, x.lapsed, x.expires_at,
                       COALESCE(x.expires_at <= (d.a).next_at, false) AS ends_now,
                       GREATEST(LEAST((d.w).balance - x.floor, x.height), 0) AS rest
                  FROM layers_at((d.w).number, (d.w).epoch) x) g) l
     WHERE d.ends > t AND d.others > t IS NOT FALSE AND l.next_expiry > t IS NOT FALSE AND l.any_protected IS NOT TRUE
       AND (d.carry = 0 OR l.left_over = 0) AND d.credits <= largest - ((d.w).balance - l.lost)
       -- A balance that falls may have to be told to be low.
       AND (d.credits >= l.lost OR (d.w).balance - l.lost + d.credits < low IS NOT TRUE)
  ), terms AS (
    INSERT INTO grant_terms (id, wallet, version, amount, category, priority, expires_at, reason, actor, created_at)
    SELECT p.grant_id, p.number, p.version_after, p.credits, (p.a).category, 40, p.ends, (p.a).refill_reason, ledger, t
      FROM plain p
  ), ended AS (
    UPDATE grant_layers x SET until = p.epoch + 1
      FROM plain p CROSS JOIN LATERAL unnest(p.changed_ids, p.changed_heights) AS c (grant_id, height)
     WHERE x.wallet = p.number AND x.until = 2147483647 AND x.grant_id = c.grant_id
    RETURNING x.wallet, x.until AS epoch, x.grant_id, c.height
  ), stacked AS (
    INSERT INTO grant_layers (wallet, epoch, grant_id, height)
    SELECT e.wallet, e.epoch, e.grant_id, e.height FROM ended e WHERE e.height > 0
     UNION ALL
    SELECT p.number, p.epoch_after, p.grant_id, p.credits FROM plain p
  ), booked AS (
    INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at, reason,
                                actor, grant_id)
    SELECT p.number, p.version + c.place, new_id(p.name_hash), 'expiry', -c.credits,
           p.balance - sum(c.credits) OVER (PARTITION BY p.number ORDER BY c.place), 0, p.epoch, t, expired, ledger,
           c.grant_id
      FROM plain p
      CROSS JOIN LATERAL unnest(p.lapsed_ids, p.lapsed_credits) WITH ORDINALITY AS c (grant_id, credits, place)
     UNION ALL
    SELECT p.number, p.version_after, new_id(p.name_hash), 'grant', p.credits, p.balance_after, 0, p.epoch_after, t,
           (p.a).refill_reason, ledger, p.grant_id
      FROM plain p
  ), counted AS (
    UPDATE allowance_terms x
       SET period = (p.a).period + 1, grant_id = p.grant_id, carried_ids = '{}', next_at = p.next_at
      FROM plain p WHERE x.id = (p.a).id
  ), told AS (
    INSERT INTO outbox (id, channel, type, wallet, once, data, due_at, created_at)
    SELECT p.event_id, l.channel, l.type, p.number, 'refilled:' || (p.a).id || ':' || (p.a).period,
           jsonb_build_object('plan', (p.a).plan, 'credits', p.credits, 'balance', p.balance_after,
                              'expiresAt', rfc3339(p.ends)), t, t
      FROM plain p JOIN event_listeners l ON l.type = 'credits.refilled' AND l.until > t
     WHERE NOT EXISTS (SELECT FROM erasures e WHERE e.pseudonym = p.user_id)
    ON CONFLICT DO NOTHING
  ), moved AS (
    UPDATE wallets x
       SET balance = p.balance_after, version = p.version_after, epoch = p.epoch_after,
           due_at = LEAST(p.next_at, p.others, p.next_expiry, p.ends), holds_due_at = NULL, updated_at = t
      FROM plain p WHERE x.number = p.number
    RETURNING x.user_id, x.name_hash, x.version
  )
  SELECT m.user_id, true, m.name_hash, m.version FROM moved m;
  RETURN QUERY
  SELECT w.user_id, false, NULL::int, NULL::bigint
    FROM unnest(locked) w JOIN wallets x ON x.number = w.number WHERE x.version = w.version;
  IF announces THEN
    PERFORM announce(json_object_agg(x.name_hash, x.version)::text)
       FROM unnest(locked) w JOIN wallets x ON x.number = w.number WHERE x.version <> w.version;
  END IF;
END $$;
