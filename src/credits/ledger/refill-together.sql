-- Refills of many wallets in one statement, for an instant at which many are due: what settle() does to each of them,
-- where a refill is all that is due, which is nearly all of them. The others it leaves as they are. Nothing waits here: a
-- wallet that somebody else has locked is passed over.

-- Answers those that it locked, and whether they were refilled; settle() is for the rest.
CREATE OR REPLACE FUNCTION refill_together(owners text[], announces boolean)
RETURNS TABLE (user_id text, is_refilled boolean, name_hash int, version bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
-- Always the indexes, as in apply().
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
  carried_over CONSTANT int := number_of_reason(NULL, 'carried over');
  low CONSTANT bigint := (SELECT s.low FROM event_settings s);
  locked wallets[];
  t timestamptz;
BEGIN
  -- COALESCE keeps the index of what is due out of it: where all are due at once its statistics speak for it, and a day
  -- later it would be walked for each user.
  SELECT array_agg(l.x) INTO locked
    FROM (SELECT x FROM wallets x
           WHERE x.user_id = ANY (owners) AND COALESCE(x.due_at, 'infinity') <= clock_timestamp() ORDER BY x.user_id
             FOR NO KEY UPDATE SKIP LOCKED) l;
  t := clock_timestamp();
  RETURN QUERY
  WITH due AS MATERIALIZED (
    SELECT w, a, COALESCE(a.credits, m.credits) AS credits, COALESCE(a.carry, m.carry) AS carry, refill_ends(a) AS ends,
           (SELECT min(o.next_at) FROM allowance_terms o WHERE o.wallet = w.number AND o.id <> a.id) AS others
      FROM unnest(locked) w
      JOIN allowance_terms a ON a.wallet = w.number AND a.next_at <= t
      LEFT JOIN monthly_grant m ON a.credits IS NULL
     WHERE w.active_holds = 0 AND w.held = 0 AND w.owed = 0
       AND (a.credits IS NOT NULL OR m.credits > 0 AND m.since <= a.next_at)
  ), plain AS MATERIALIZED (
    SELECT d.w, d.a, d.credits, d.ends, d.others, l.*, (d.w).balance - l.lost + d.credits AS balance_after,
           (d.w).version + l.lapses + 1 AS version_after,
           -- Carrying over, expiring and pouring each start an epoch.
           (d.w).epoch + CASE WHEN l.carried > 0 THEN 1 ELSE 0 END AS expiry_epoch,
           (d.w).epoch + CASE WHEN l.carried > 0 THEN 1 ELSE 0 END + CASE WHEN l.lapses > 0 THEN 1 ELSE 0 END + 1
             AS epoch_after,
           CASE WHEN (n.begins < (d.a).until AND (d.a).period + 1 < (d.a).refills) IS NOT FALSE
                THEN n.begins END AS next_at,
           new_id((d.w).name_hash) AS grant_id, new_id((d.w).name_hash) AS event_id,
           ARRAY(SELECT new_id((d.w).name_hash) FROM unnest(l.moved)) AS carried_ids
      FROM due d
      CROSS JOIN LATERAL (SELECT boundary(d.a, (d.a).period + 1) AS begins) n
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE g.ends_now AND g.stays > 0)::int AS lapses,
               COALESCE(sum(g.stays) FILTER (WHERE g.ends_now), 0)::bigint AS lost,
               COALESCE(sum(g.moved), 0)::bigint AS carried,
               array_agg(g.moved ORDER BY g.place) FILTER (WHERE g.moved > 0) AS moved,
               array_agg(g.origin ORDER BY g.place) FILTER (WHERE g.moved > 0) AS origins,
               array_agg(g.grant_id ORDER BY g.floor DESC) FILTER (WHERE g.ends_now AND g.stays > 0) AS lapsed_ids,
               array_agg(g.stays ORDER BY g.floor DESC) FILTER (WHERE g.ends_now AND g.stays > 0) AS lapsed_credits,
               array_agg(g.grant_id) FILTER (WHERE g.ends_now OR g.stays <> g.height) AS changed_ids,
               array_agg(g.stays) FILTER (WHERE g.ends_now OR g.stays <> g.height) AS changed_heights,
               array_agg(g.ends_now) FILTER (WHERE g.ends_now OR g.stays <> g.height) AS changed_ends,
               min(g.expires_at) FILTER (WHERE g.stays > 0 AND NOT g.ends_now) AS next_expiry,
               bool_or(g.lapsed) AS any_protected
          FROM (SELECT x.*, x.rest - x.moved AS stays, COALESCE(x.expires_at <= (d.a).next_at, false) AS ends_now
                  FROM leftovers(d.w, d.a, d.carry) x) g) l
     WHERE d.ends > t AND d.others > t IS NOT FALSE AND l.next_expiry > t IS NOT FALSE AND l.any_protected IS NOT TRUE
       AND d.credits <= largest - ((d.w).balance - l.lost)
       -- If the balance falls, the host may have to hear that it is low.
       AND (d.credits >= l.lost OR (d.w).balance - l.lost + d.credits < low IS NOT TRUE)
  ), terms AS (
    INSERT INTO grant_terms (id, wallet, version, part, amount, category, priority, expires_at, reason, actor, created_at,
                             origin)
    SELECT p.grant_id, (p.w).number, p.version_after, 0, p.credits, (p.a).category, 40, p.ends, (p.a).refill_reason,
           ledger, t, NULL
      FROM plain p
     UNION ALL
    SELECT c.id, (p.w).number, (p.w).version + 1, part_of_carried(p.w) - c.place::int, c.credits, (p.a).category, 40,
           p.ends, carried_over, ledger, t, c.origin
      FROM plain p
      CROSS JOIN LATERAL unnest(p.carried_ids, p.moved, p.origins) WITH ORDINALITY AS c (id, credits, origin, place)
  ), ended AS (
    UPDATE grant_layers x SET until = c.epoch + 1
      -- OFFSET 0: each by its key, never by a walk of all that are current.
      FROM (SELECT y.place, (p.w).number, (p.w).epoch, p.carried, l.height, l.ends
              FROM plain p
              CROSS JOIN LATERAL unnest(p.changed_ids, p.changed_heights, p.changed_ends) AS l (grant_id, height, ends)
              CROSS JOIN LATERAL (SELECT g.ctid AS place FROM grant_layers g
                                   WHERE g.wallet = (p.w).number AND g.until = 2147483647 AND g.grant_id = l.grant_id
                                  OFFSET 0) y) c
     WHERE x.ctid = c.place AND x.wallet = c.number
    RETURNING x.wallet, x.until AS epoch, x.grant_id, c.height, c.ends, c.carried
  ), stacked AS (
    INSERT INTO grant_layers (wallet, epoch, until, grant_id, height, lapsed)
    -- What expires beside something that is carried over lies on top until then.
    SELECT e.wallet, e.epoch, CASE WHEN e.ends THEN e.epoch + 1 ELSE 2147483647 END, e.grant_id, e.height, e.ends
      FROM ended e WHERE e.height > 0 AND (e.carried > 0 OR NOT e.ends)
     UNION ALL
    SELECT (p.w).number, (p.w).epoch + 1, 2147483647, c.id, c.credits, false
      FROM plain p CROSS JOIN LATERAL unnest(p.carried_ids, p.moved) AS c (id, credits)
     UNION ALL
    SELECT (p.w).number, p.epoch_after, 2147483647, p.grant_id, p.credits, false FROM plain p
  ), booked AS (
    INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at, reason,
                                actor, grant_id, key, fingerprint)
    SELECT (p.w).number, (p.w).version + c.place, new_id((p.w).name_hash), 'expiry', -c.credits,
           (p.w).balance - sum(c.credits) OVER (PARTITION BY (p.w).number ORDER BY c.place), 0, p.expiry_epoch, t, expired,
           ledger, c.grant_id, NULL, NULL
      FROM plain p
      CROSS JOIN LATERAL unnest(p.lapsed_ids, p.lapsed_credits) WITH ORDINALITY AS c (grant_id, credits, place)
     UNION ALL
    SELECT (p.w).number, p.version_after, new_id((p.w).name_hash), 'grant', p.credits, p.balance_after, 0, p.epoch_after,
           t, (p.a).refill_reason, ledger, p.grant_id, refill_key(p.w, p.a, (p.a).period),
           refill_fingerprint(p.a)
      FROM plain p
  ), counted AS (
    UPDATE allowance_terms x
       SET period = (p.a).period + 1, grant_id = p.grant_id, carried_ids = p.carried_ids, next_at = p.next_at
      FROM plain p WHERE x.id = (p.a).id
  ), told AS (
    INSERT INTO outbox (id, channel, type, wallet, once, data, due_at, created_at)
    SELECT p.event_id, l.channel, l.type, (p.w).number, 'refilled:' || (p.a).id || ':' || (p.a).period,
           jsonb_build_object('plan', (p.a).plan, 'credits', p.credits, 'balance', p.balance_after,
                              'expiresAt', rfc3339(p.ends)), t, t
      FROM plain p JOIN event_listeners l ON l.type = 'credits.refilled' AND l.until > t
     WHERE NOT EXISTS (SELECT FROM erasures e WHERE e.pseudonym = (p.w).user_id)
    ON CONFLICT DO NOTHING
  ), moved AS (
    UPDATE wallets x
       SET balance = p.balance_after, version = p.version_after, epoch = p.epoch_after,
           due_at = LEAST(p.next_at, p.others, p.next_expiry, p.ends), holds_due_at = NULL, updated_at = t
      FROM plain p WHERE x.number = (p.w).number
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
