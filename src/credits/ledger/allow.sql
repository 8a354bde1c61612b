-- Allowances: making one, ending one, and the monthly one that everybody has. All of it happens under the lock of the
-- wallet.

-- Lock a user's wallet, and open it if there is none. Null if the wallet went while we waited, because the person was
-- erased.
CREATE OR REPLACE FUNCTION lock_or_open(owner text) RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  w wallets;
BEGIN
  IF NOT EXISTS (SELECT FROM wallets x WHERE x.user_id = owner) THEN
    INSERT INTO wallets (user_id, name_hash, created_at) VALUES (owner, name_hash(owner), clock_timestamp())
    ON CONFLICT DO NOTHING;
  END IF;
  SELECT * INTO w FROM wallets x WHERE x.user_id = owner FOR NO KEY UPDATE;
  RETURN w;
END $$;

-- Settle what is due and write the wallet. Cached copies are dropped whatever their version, because the next refill
-- may change while the wallet does not.
CREATE OR REPLACE FUNCTION settle_and_write(w wallets, t timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  before wallets;
BEGIN
  SELECT * INTO before FROM wallets x WHERE x.number = w.number;
  w := settle(w, t);
  UPDATE wallets x
     SET balance = w.balance, held = w.held, version = w.version, epoch = w.epoch, due_at = w.due_at,
         holds_due_at = w.holds_due_at, active_holds = w.active_holds, owed = w.owed, updated_at = t
   WHERE x.number = w.number;
  PERFORM tell_crossings(before.balance, before.owed, w);
  PERFORM announce(json_build_object(w.name_hash, 9007199254740991)::text);
  RETURN w.version;
END $$;

-- Make an allowance. What is left of the one that it follows is carried over first; then everything already due is
-- poured. A refusal opens no wallet.
CREATE OR REPLACE FUNCTION allow(
  owner text, wanted uuid, plan text, credits bigint, months int, anchor timestamptz, until timestamptz, carry bigint,
  time_zone text, reason text, actor text, key text, fingerprint text, refills int, last_until timestamptz, follows uuid,
  OUT outcome text, OUT id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_variable
DECLARE
  t timestamptz := clock_timestamp();
  w wallets;
  a allowance_terms;
BEGIN
  IF key IS NOT NULL THEN
    SELECT * INTO w FROM wallets x WHERE x.user_id = owner FOR NO KEY UPDATE;
    a.key := key_hash(w.salt, key);
    SELECT x.id, x.fingerprint INTO a.id, a.fingerprint FROM allowance_terms x
     WHERE x.wallet = w.number AND x.key = a.key;
    IF FOUND THEN
      outcome := CASE WHEN a.fingerprint = decode(fingerprint, 'hex') THEN 'replayed' ELSE 'key_reused' END;
      id := a.id;
      RETURN;
    ELSIF is_key_taken(w.number, a.key, NULL) THEN
      outcome := 'key_reused';
      RETURN;
    END IF;
  END IF;

  a.months := months;
  a.anchor := anchor;
  a.time_zone := time_zone;
  BEGIN
    IF EXISTS (SELECT FROM erasures e WHERE e.pseudonym = owner) THEN
      outcome := 'erased';
    ELSIF boundary(a, 120) < t THEN
      outcome := 'anchor_too_old';
    ELSIF until <= COALESCE(anchor, t) THEN
      outcome := 'until_too_early';
    END IF;
  EXCEPTION WHEN invalid_parameter_value THEN
    outcome := 'unknown_time_zone';
  END;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;

  w := lock_or_open(owner);
  IF w.user_id IS NULL THEN
    outcome := 'busy';
    RETURN;
  ELSIF is_key_taken(w.number, key_hash(w.salt, key), decode(fingerprint, 'hex')) THEN
    outcome := 'key_reused';
    RETURN;
  END IF;
  t := clock_timestamp();
  id := wanted;
  INSERT INTO allowance_terms (id, wallet, plan, category, credits, carry, months, anchor, until, time_zone, next_at,
                               reason, actor, refill_reason, key, fingerprint, created_at, refills, last_until,
                               grant_id, carried_ids)
  SELECT wanted, w.number, plan, 'paid', credits, carry, months, COALESCE(anchor, t), until, time_zone,
         COALESCE(anchor, t), number_of_reason(w.number, reason), number_of_actor(actor),
         number_of_reason(w.number, 'refill: ' || plan), key_hash(w.salt, key), decode(fingerprint, 'hex'), t,
         refills, last_until, f.grant_id, COALESCE(f.carried_ids, '{}')
    FROM (SELECT) AS one LEFT JOIN allowance_terms f ON f.id = follows AND f.wallet = w.number
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    -- Another session opened the wallet and used the key while we looked for both.
    SELECT x.outcome, x.id INTO outcome, id
      FROM allow(owner, wanted, plan, credits, months, anchor, until, carry, time_zone, reason, actor, key, fingerprint,
                 refills, last_until, follows) x;
    RETURN;
  END IF;
  PERFORM settle_and_write(w, t);
  outcome := 'done';
END $$;

-- Change the refills to come, under the lock of the wallet: to none (`ends`), or to `refills` in all, of which the
-- last lasts until `last_until`. What is due by now is poured before, and what was poured stays until its period
-- ends. Refills whose time passed while there were fewer come late, all at once, and last as long as the one that is
-- due now.
CREATE OR REPLACE FUNCTION change_refills(
  allowance uuid, ends boolean, refills int, last_until timestamptz, OUT outcome text, OUT id uuid, OUT owner text)
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
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
  IF ends THEN
    UPDATE allowance_terms a SET next_at = NULL, ended_at = t WHERE a.id = allowance AND a.ended_at IS NULL;
  ELSE
    UPDATE allowance_terms a
       SET refills = refills, last_until = last_until,
           next_at = CASE WHEN a.ended_at IS NULL AND a.period < refills
                               AND (boundary(a, a.period) < a.until) IS NOT FALSE THEN boundary(a, a.period) END,
           late_until = CASE WHEN boundary(a, a.period) <= t THEN boundary(a, period_after(a, t)) ELSE a.late_until END
     WHERE a.id = allowance;
  END IF;
  PERFORM settle_and_write(w, t);
  outcome := 'done';
  id := allowance;
  owner := w.user_id;
END $$;

CREATE OR REPLACE FUNCTION end_allowance(allowance uuid, OUT outcome text, OUT id uuid, OUT owner text)
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT c.outcome, c.id, c.owner FROM change_refills(allowance, true, NULL, NULL) c
$$;

-- Set what everybody is given each month from now on. Periods that have begun keep what they have.
CREATE OR REPLACE FUNCTION set_monthly_grant(credits bigint, carry bigint, time_zone text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
BEGIN
  IF credits = 0 AND NOT EXISTS (SELECT FROM monthly_grant) THEN
    RETURN;
  END IF;
  INSERT INTO monthly_grant AS m (credits, carry, time_zone, since) VALUES (credits, carry, time_zone, clock_timestamp())
  ON CONFLICT ON CONSTRAINT monthly_grant_pkey DO UPDATE
     SET credits = excluded.credits, carry = excluded.carry, time_zone = excluded.time_zone,
         since = CASE WHEN m.credits > 0 THEN m.since ELSE excluded.since END
   WHERE (m.credits, m.carry, m.time_zone) IS DISTINCT FROM (excluded.credits, excluded.carry, excluded.time_zone);
END $$;

-- True if the user has the monthly allowance, or if there is none to give.
CREATE OR REPLACE FUNCTION has_monthly(owner text) RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT NOT EXISTS (SELECT FROM monthly_grant m WHERE m.credits > 0)
      OR EXISTS (SELECT FROM wallets w JOIN allowance_terms a ON a.wallet = w.number
                  WHERE w.user_id = owner AND a.credits IS NULL AND a.next_at IS NOT NULL)
$$;

-- Give a user the monthly allowance, counted from the day on which the wallet was opened. The current month counts
-- only if it began after the allowance was switched on: nothing is given for the time before.
CREATE OR REPLACE FUNCTION allow_monthly(owner text, wanted uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
DECLARE
  w wallets;
  t timestamptz;
  a allowance_terms;
  monthly monthly_grant;
BEGIN
  IF has_monthly(owner) OR EXISTS (SELECT FROM erasures e WHERE e.pseudonym = owner) THEN
    RETURN;
  END IF;
  w := lock_or_open(owner);
  -- Another instance may have given it meanwhile.
  IF w.user_id IS NULL OR has_monthly(owner) THEN
    RETURN;
  END IF;
  t := clock_timestamp();
  SELECT * INTO monthly FROM monthly_grant;
  a.months := 1;
  a.anchor := w.created_at;
  a.time_zone := monthly.time_zone;
  -- The current month; refill() passes over one that began before the allowance was switched on.
  a.period := GREATEST(period_after(a, t) - 1, 0);
  INSERT INTO allowance_terms AS x (id, wallet, plan, category, months, anchor, time_zone, period, next_at, actor,
                                    refill_reason, created_at)
  VALUES (wanted, w.number, 'monthly', 'promotional', 1, a.anchor, a.time_zone, a.period, boundary(a, a.period),
          number_of_actor('ledger'), number_of_reason(w.number, 'refill: monthly'), t)
  ON CONFLICT (wallet) WHERE credits IS NULL DO UPDATE
     SET period = excluded.period, next_at = boundary(x, excluded.period), ended_at = NULL;
  PERFORM settle_and_write(w, t);
END $$;
