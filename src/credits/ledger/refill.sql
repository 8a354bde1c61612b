-- Refills of allowances. A refill is due like an expiry: settle() pours it at its instant, before anybody sees the
-- wallet or spends from it. Missed refills are poured in order, each period once: the row that counts them moves on
-- under the wallet's lock, in the transaction that pours.

-- When a period begins: counted from the anchor each time, on the clock of the allowance's time zone (31 January, 28
-- February, 31 March). Counted from the period before, it would stay at the 28th for ever.
CREATE OR REPLACE FUNCTION boundary(a allowance_terms, period int) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE period WHEN 0 THEN a.anchor
    ELSE ((a.anchor AT TIME ZONE a.time_zone) + make_interval(months => a.months * period)) AT TIME ZONE a.time_zone END
$$;

-- The first period that begins after t. No month has more than 31 days, so the search begins before it.
CREATE OR REPLACE FUNCTION period_after(a allowance_terms, t timestamptz) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  period int := GREATEST(0, floor(extract(epoch FROM t - a.anchor) / (31 * 86400 * a.months))::int - 1);
BEGIN
  WHILE boundary(a, period) <= t LOOP
    period := period + 1;
  END LOOP;
  RETURN period;
END $$;

-- When the next refill will expire.
CREATE OR REPLACE FUNCTION refill_ends(a allowance_terms) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT LEAST(GREATEST(COALESCE(CASE WHEN a.period + 1 >= a.refills THEN a.last_until END, boundary(a, a.period + 1)),
                        a.late_until), a.until)
$$;

-- The fingerprint beside a refill's key. An allowance made without a fingerprint uses its id.
CREATE OR REPLACE FUNCTION refill_fingerprint(a allowance_terms) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN a.refills IS NOT NULL THEN COALESCE(a.fingerprint, uuid_send(a.id)) END
$$;

-- True if another act has the key. An entry keeps its key for ever; a hold keeps it while it runs, because its
-- capture becomes an entry.
CREATE OR REPLACE FUNCTION is_key_taken(of_wallet int, of_key bytea, but_by bytea) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM ledger_entries e
                  WHERE e.wallet = of_wallet AND e.key = of_key AND e.fingerprint IS DISTINCT FROM but_by)
      OR EXISTS (SELECT FROM running_holds h
                  WHERE h.wallet = of_wallet AND h.key = of_key AND h.expires_at > clock_timestamp())
$$;

-- A key that no other act has.
CREATE OR REPLACE FUNCTION numbered_refill_key(w wallets, a allowance_terms, period int) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT key_hash(w.salt, format('allowance:%s:%s', a.id, period))
$$;

-- The key of a refill's entry, where the number of refills is fixed. The first refill has the allowance's own key,
-- unless something else has used that key before it is poured.
CREATE OR REPLACE FUNCTION refill_key(w wallets, a allowance_terms, period int) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN a.refills IS NULL THEN NULL
              WHEN period = 0 AND a.key IS NOT NULL AND NOT is_key_taken(a.wallet, a.key, refill_fingerprint(a)) THEN a.key
              ELSE numbered_refill_key(w, a, period) END
$$;

-- What is left of each layer, and how much of that moves into the allowance's next period: up to the cap, the newest
-- first, so that the oldest is what expires.
CREATE OR REPLACE FUNCTION leftovers(w wallets, a allowance_terms, cap bigint)
RETURNS TABLE (grant_id uuid, floor bigint, height bigint, lapsed boolean, expires_at timestamptz, rest bigint,
               moved bigint, origin uuid, place bigint)
LANGUAGE sql STABLE AS $$
  SELECT l.grant_id, l.floor, l.height, l.lapsed, l.expires_at, l.rest,
         CASE WHEN l.belongs THEN LEAST(l.rest, GREATEST(0, cap - COALESCE(sum(l.rest) FILTER (WHERE l.belongs)
                                                                             OVER (newest_first ROWS BETWEEN
                                                                                   UNBOUNDED PRECEDING AND 1 PRECEDING),
                                                                           0)))::bigint
              ELSE 0 END,
         COALESCE(g.origin, g.id), row_number() OVER newest_first
    FROM (SELECT x.*, GREATEST(LEAST(w.balance - x.floor, x.height), 0) AS rest,
                 x.grant_id = ANY (a.grant_id || a.carried_ids) AS belongs
            FROM layers_at(w.number, w.epoch) x) l
    JOIN grant_terms g ON g.id = l.grant_id
  WINDOW newest_first AS (ORDER BY g.version DESC, g.part DESC)
$$;

-- Credits carried over get the next version, as older than what is poured under it: they burn first, the oldest of
-- them before the rest.
CREATE OR REPLACE FUNCTION part_of_carried(w wallets) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT LEAST(min(g.part), 0) FROM grant_terms g WHERE g.wallet = w.number AND g.version = w.version + 1
$$;

-- Move what is left over into the period that begins, as one grant for each grant it came of. The level stays, so
-- there is no entry.
CREATE OR REPLACE FUNCTION carry_over(w wallets, t timestamptz, a allowance_terms, ends timestamptz)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  made uuid[];
  credits bigint[];
  origins uuid[];
  grant_ids uuid[];
  deltas bigint[];
BEGIN
  SELECT array_agg(new_id(w.name_hash)), array_agg(l.moved ORDER BY l.place), array_agg(l.origin ORDER BY l.place),
         array_agg(l.grant_id ORDER BY l.place), array_agg(-l.moved ORDER BY l.place)
    INTO made, credits, origins, grant_ids, deltas
    FROM leftovers(w, a, a.carry) l WHERE l.moved > 0;
  UPDATE allowance_terms x SET carried_ids = COALESCE(made, '{}') WHERE x.id = a.id;
  IF made IS NULL THEN
    RETURN w;
  END IF;
  INSERT INTO grant_terms (id, wallet, version, part, amount, category, priority, expires_at, reason, actor, created_at,
                           origin)
  SELECT c.id, w.number, w.version + 1, part_of_carried(w) - c.place::int, c.credits, a.category, 40, ends,
         number_of_reason(w.number, 'carried over'), number_of_actor('ledger'), t, c.origin
    FROM unnest(made, credits, origins) WITH ORDINALITY AS c (id, credits, origin, place);
  RETURN restack(w, a.next_at, made || grant_ids, credits || deltas);
END $$;

-- Pour the refills of one instant: first what is left over moves, then the rest expires, then all are poured. The
-- order matters with several allowances: none may expire what another one carries over.
CREATE OR REPLACE FUNCTION refill(w wallets, t timestamptz, instant timestamptz)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  monthly monthly_grant;
  a allowance_terms;
BEGIN
  SELECT * INTO monthly FROM monthly_grant;
  FOR a IN SELECT * FROM allowance_terms x WHERE x.wallet = w.number AND x.next_at = instant ORDER BY x.id LOOP
    IF a.credits IS NULL AND monthly.credits > 0 IS NOT TRUE THEN
      UPDATE allowance_terms x SET next_at = NULL, ended_at = t WHERE x.id = a.id;
    ELSIF a.credits IS NULL AND instant < monthly.since THEN
      a.period := period_after(a, monthly.since - interval '1 microsecond');
      UPDATE allowance_terms x SET period = a.period, next_at = boundary(a, a.period) WHERE x.id = a.id;
    ELSE
      a.carry := COALESCE(a.carry, monthly.carry);
      w := carry_over(w, t, a, refill_ends(a));
    END IF;
  END LOOP;
  w := expire(w, t, instant);
  FOR a IN SELECT * FROM allowance_terms x WHERE x.wallet = w.number AND x.next_at = instant ORDER BY x.id LOOP
    a.credits := COALESCE(a.credits, monthly.credits);
    w := pour_refill(w, t, a);
  END LOOP;
  RETURN w;
END $$;

CREATE OR REPLACE FUNCTION pour_refill(w wallets, t timestamptz, a allowance_terms)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  next_begins CONSTANT timestamptz := boundary(a, a.period + 1);
  poured CONSTANT uuid := new_id(w.name_hash);
  -- At most what the balance has room for: a refill that failed would make the wallet unusable.
  credits CONSTANT bigint := LEAST(a.credits, 9007199254740991 - w.balance);
BEGIN
  IF credits > 0 THEN
    w.version := w.version + 1;
    INSERT INTO grant_terms (id, wallet, version, amount, category, priority, expires_at, reason, actor, created_at)
    VALUES (poured, w.number, w.version, credits, a.category, 40, refill_ends(a), a.refill_reason,
            number_of_actor('ledger'), t);
    w := restack(w, a.next_at, ARRAY[poured], ARRAY[credits]);
    INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                                reason, actor, grant_id, key, fingerprint)
    VALUES (w.number, w.version, new_id(w.name_hash), 'grant', credits, w.balance, w.held, w.epoch, t,
            a.refill_reason, number_of_actor('ledger'), poured, refill_key(w, a, a.period),
            refill_fingerprint(a));
    PERFORM tell(w, 'credits.refilled', 'refilled:' || a.id || ':' || a.period,
      jsonb_build_object('plan', a.plan, 'credits', credits, 'balance', w.balance,
                         'expiresAt', rfc3339(refill_ends(a))));
  END IF;
  UPDATE allowance_terms x
     SET period = a.period + 1, grant_id = poured,
         next_at = CASE WHEN (next_begins < a.until AND a.period + 1 < a.refills) IS NOT FALSE THEN next_begins END
   WHERE x.id = a.id;
  RETURN w;
END $$;

-- When a wallet's next refill comes and how many credits it brings; null: there is none.
CREATE OR REPLACE FUNCTION next_refill(of_wallet int) RETURNS json LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT json_build_object('at', d.next_at, 'credits', LEAST(sum(d.credits), 9007199254740991)::bigint)
    FROM (SELECT a.next_at, COALESCE(a.credits, (SELECT m.credits FROM monthly_grant m), 0) AS credits
            FROM allowance_terms a WHERE a.wallet = of_wallet AND a.next_at IS NOT NULL) d
   WHERE d.credits > 0 GROUP BY d.next_at ORDER BY d.next_at LIMIT 1
$$;
