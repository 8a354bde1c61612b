-- Events for the host. An event is a row of the outbox, written in the transaction of its cause: a change that is
-- rolled back sends no event, and a committed one always does, whatever becomes of the process that made it.

-- Register a listener for these types of events, delivered in this way. Listeners repeat this from time to time:
-- events are kept for 30 days after the last call, in case the listener comes back.
CREATE OR REPLACE FUNCTION listen_to_events(channel text, types text[], low bigint, notice_days int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
BEGIN
  INSERT INTO event_settings AS s (low, notice_days) VALUES (low, notice_days)
  ON CONFLICT ON CONSTRAINT event_settings_pkey DO UPDATE SET low = excluded.low, notice_days = excluded.notice_days
   WHERE (s.low, s.notice_days) IS DISTINCT FROM (excluded.low, excluded.notice_days);
  INSERT INTO event_listeners (type, channel, until)
  SELECT t, channel, clock_timestamp() + interval '30 days' FROM unnest(types) t ORDER BY t
  ON CONFLICT ON CONSTRAINT event_listeners_pkey DO UPDATE SET until = excluded.until;
END $$;

-- Write one event about a wallet for each listener; none if the person was erased, because there is nobody left
-- to tell.
CREATE OR REPLACE FUNCTION tell(w wallets, event text, cause text, facts jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  event_id CONSTANT uuid := new_id(w.name_hash);
  t CONSTANT timestamptz := clock_timestamp();
BEGIN
  INSERT INTO outbox (id, channel, type, wallet, once, data, due_at, created_at)
  SELECT event_id, l.channel, l.type, w.number, cause, facts, t, t
    FROM event_listeners l WHERE l.type = event AND l.until > t
     AND NOT EXISTS (SELECT FROM erasures e WHERE e.pseudonym = w.user_id)
  ON CONFLICT DO NOTHING;
END $$;

-- The same for what the ledger does not know of, such as a purchase. It takes the wallet's lock, so that an erasure
-- comes before it or after it. A user without a wallet gets an empty one. An erased person is named by the pseudonym
-- or not at all: the host must still hear of money that came for them.
CREATE OR REPLACE FUNCTION tell_about(owner text, event text, cause text, facts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_variable
DECLARE
  t CONSTANT timestamptz := clock_timestamp();
  w wallets;
  event_id uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM event_listeners l WHERE l.type = event AND l.until > t) THEN
    RETURN;
  ELSIF EXISTS (SELECT FROM erasures e WHERE e.pseudonym = owner) THEN
    SELECT * INTO w FROM wallets x WHERE x.user_id = owner;
  ELSIF owner IS NOT NULL THEN
    w := lock_or_open(owner);
  END IF;
  -- An event about nobody gets an id of this ledger, so that the id leads here.
  event_id := new_id(COALESCE(w.name_hash, name_hash(owner), (SELECT p.number * (4096 / p.groups) << 20 FROM placement p), 0));
  INSERT INTO outbox (id, channel, type, wallet, once, data, due_at, created_at)
  SELECT event_id, l.channel, l.type, w.number, cause, facts, t, t
    FROM event_listeners l WHERE l.type = event AND l.until > t
  ON CONFLICT DO NOTHING;
END $$;

-- The events that have been due longest, locked for delivery. Forced onto the index: after a burst the statistics
-- still say that there are few events, and a plan that sorts would sort all of them each time.
CREATE OR REPLACE FUNCTION due_events(of_channel text, of_types text[], most int) RETURNS SETOF uuid
LANGUAGE sql VOLATILE ROWS 20 SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
  SELECT o.id FROM outbox o
   -- In a subquery the time bounds the index scan; inline it would only filter, because the function is volatile.
   WHERE o.channel = of_channel AND o.due_at <= (SELECT clock_timestamp()) AND o.type = ANY (of_types)
   ORDER BY o.due_at LIMIT most FOR UPDATE SKIP LOCKED
$$;

-- How many events wait, and for how many seconds; counts at most the given number, those due longest.
CREATE OR REPLACE FUNCTION waiting_events(of_channel text, most int, OUT waiting int, OUT oldest float8)
LANGUAGE sql STABLE SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
  SELECT count(*)::int, COALESCE(extract(epoch FROM clock_timestamp() - min(w.created_at)), 0)::float8
    FROM (SELECT o.created_at FROM outbox o WHERE o.channel = of_channel AND o.due_at IS NOT NULL
           ORDER BY o.due_at LIMIT most) w
$$;

-- Tell of a balance that fell below the mark, of one that was used up, and of a wallet that began to owe. Compared
-- with the state before, so each crossing tells once and a rise arms it again. It looks at `balance`, because holds
-- come and go. Returns a value for the reason given at announce().
CREATE OR REPLACE FUNCTION tell_crossings(level bigint, owed bigint, w wallets) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  low bigint;
BEGIN
  IF w.balance < level THEN
    low := (SELECT s.low FROM event_settings s);
    IF w.balance < low AND level >= low THEN
      PERFORM tell(w, 'balance.low', NULL, jsonb_build_object('balance', w.balance, 'below', low));
    END IF;
    IF w.balance = 0 THEN
      PERFORM tell(w, 'balance.exhausted', NULL, jsonb_build_object('balance', 0));
    END IF;
  END IF;
  IF w.owed > 0 AND owed = 0 THEN
    PERFORM tell(w, 'wallet.owes', NULL, jsonb_build_object('owed', w.owed));
  END IF;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION rfc3339(t timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- A refill names its plan, so that a host may ignore what comes back by itself.
CREATE OR REPLACE FUNCTION tell_of_expiry(w wallets, g grant_terms, credits bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell(w, 'credits.expiring', 'expiring:' || g.id,
    jsonb_build_object('grantId', g.id, 'credits', credits, 'expiresAt', rfc3339(g.expires_at), 'plan',
      (SELECT a.plan FROM allowance_terms a
        WHERE a.wallet = g.wallet AND (a.refill_reason = g.reason OR g.id = ANY (a.carried_ids)) LIMIT 1)));
END $$;

-- Tell of a grant so short-lived that its notice is due when it is made. tell_expiring() finds all others.
CREATE OR REPLACE FUNCTION tell_of_short_grant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  t CONSTANT timestamptz := clock_timestamp();
  w wallets;
BEGIN
  IF NEW.expires_at > t AND NEW.expires_at <= (SELECT t + make_interval(days => s.notice_days)
                                                 FROM event_settings s WHERE s.notice_days > 0) THEN
    SELECT * INTO w FROM wallets x WHERE x.number = NEW.wallet;
    PERFORM tell_of_expiry(w, NEW, NEW.amount);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER grant_terms_tell AFTER INSERT ON grant_terms FOR EACH ROW
  WHEN (NEW.expires_at IS NOT NULL) EXECUTE FUNCTION tell_of_short_grant();

-- Tell once of each grant that expires within the notice and has credits left; one page of them, one instance at a
-- time. Returns how many it looked at. It stays ten minutes behind, for grants whose transaction has yet to commit.
CREATE OR REPLACE FUNCTION tell_expiring(page_size int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
DECLARE
  t CONSTANT timestamptz := clock_timestamp();
  s event_settings;
  g grant_terms;
  w wallets;
  credits bigint;
  looked int := 0;
BEGIN
  SELECT * INTO s FROM event_settings x WHERE x.notice_days > 0 FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND OR NOT EXISTS (SELECT FROM event_listeners l WHERE l.type = 'credits.expiring' AND l.until > t) THEN
    RETURN 0;
  END IF;
  IF s.noticed_to < t THEN
    s.noticed_to := t;
    s.noticed_id := '00000000-0000-0000-0000-000000000000';
  END IF;
  FOR g IN
    SELECT * FROM grant_terms x
     WHERE (x.expires_at, x.id) > (s.noticed_to, s.noticed_id)
       AND x.expires_at <= t + make_interval(days => s.notice_days, mins => -10)
     ORDER BY x.expires_at, x.id LIMIT page_size
  LOOP
    looked := looked + 1;
    s.noticed_to := g.expires_at;
    s.noticed_id := g.id;
    SELECT * INTO w FROM wallets x WHERE x.number = g.wallet;
    credits := (SELECT LEAST(w.balance - l.floor, l.height) FROM layers_at(w.number, w.epoch) l
                 WHERE l.grant_id = g.id AND l.floor < w.balance);
    IF credits > 0 THEN
      PERFORM tell_of_expiry(w, g, credits);
    END IF;
  END LOOP;
  UPDATE event_settings x SET noticed_to = s.noticed_to, noticed_id = s.noticed_id
   WHERE (x.noticed_to, x.noticed_id) IS DISTINCT FROM (s.noticed_to, s.noticed_id) AND looked > 0;
  RETURN looked;
END $$;
