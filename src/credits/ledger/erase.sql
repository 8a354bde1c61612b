-- Put a pseudonym in the place of a person's user id, everywhere in the ledger, and empty what was said about them.
-- No amount, version, time or id changes, so the books sum as before. Under the wallet's lock: whoever waits for it
-- finds no such wallet. False when the person has none: they are remembered as erased all the same, and what was
-- recorded for them goes. Null for a pseudonym, behind which there is nobody.
--
-- What is due expires first, and work that runs comes to nothing: its hold is released, so its capture, and the rows
-- that would be stored with it, cannot come after the person is gone.
CREATE OR REPLACE FUNCTION credits.erase(person text, pseudonym text, person_hash text, reason text, actor text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = credits, pg_catalog, pg_temp SET credits.writer = 'ledger' SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  t timestamptz;
  w credits.wallets;
  hold record;
BEGIN
  SELECT * INTO w FROM credits.wallets x WHERE x.user_id = person FOR UPDATE;
  IF EXISTS (SELECT FROM credits.erasures e WHERE e.pseudonym = person) THEN
    RETURN NULL;
  END IF;
  INSERT INTO credits.erasures (pseudonym, person_hash, reason, actor)
  VALUES (erase.pseudonym, erase.person_hash, replace(erase.reason, person, erase.pseudonym), erase.actor);

  DELETE FROM credits.answers a WHERE a.user_id = person;
  UPDATE credits.gifts g SET user_ids = array_remove(g.user_ids, person) WHERE person = ANY (g.user_ids);
  IF w.user_id IS NULL THEN
    RETURN false;
  END IF;

  t := clock_timestamp();
  w := credits.settle(w, t);
  FOR hold IN SELECT h.id, h.amount FROM credits.holds h
               WHERE h.user_id = person AND h.state = 'held' ORDER BY h.created_version
  LOOP
    w.version := w.version + 1;
    w.held := w.held - hold.amount;
    w.active_holds := w.active_holds - 1;
    UPDATE credits.holds h SET state = 'released', resolved_at = t, resolved_version = w.version WHERE h.id = hold.id;
  END LOOP;
  -- A hold may have protected credits that expired meanwhile.
  w := credits.settle(w, t);

  UPDATE credits.wallets x
     SET user_id = erase.pseudonym, balance = w.balance, held = w.held, version = w.version, epoch = w.epoch,
         due_at = w.due_at, holds_due_at = w.holds_due_at, active_holds = w.active_holds, updated_at = t
   WHERE x.user_id = person;
  UPDATE credits.entries e
     SET user_id = erase.pseudonym, reason = credits.impersonal(e.reason),
         actor = CASE WHEN e.actor = person THEN erase.pseudonym ELSE e.actor END,
         key = CASE WHEN strpos(e.key, person) > 0 THEN 'erased:' || e.id ELSE e.key END
   WHERE e.user_id = person;
  UPDATE credits.holds h
     SET user_id = erase.pseudonym, reason = credits.impersonal(h.reason),
         key = CASE WHEN strpos(h.key, person) > 0 THEN 'erased:' || h.id ELSE h.key END
   WHERE h.user_id = person;
  UPDATE credits.grant_terms g
     SET user_id = erase.pseudonym, reason = credits.impersonal(g.reason),
         actor = CASE WHEN g.actor = person THEN erase.pseudonym ELSE g.actor END
   WHERE g.user_id = person;
  UPDATE credits.grant_layers l SET user_id = erase.pseudonym WHERE l.user_id = person;
  UPDATE credits.refunds r SET user_id = erase.pseudonym WHERE r.user_id = person;
  -- Whoever keeps a copy of the balance under the old name forgets it, whatever its version.
  PERFORM pg_notify('credits_wallets', json_build_object(person, 9007199254740991)::text);
  RETURN true;
END $$;

-- A reason is free text about somebody, and may name them; what the ledger itself says names nobody.
CREATE OR REPLACE FUNCTION credits.impersonal(reason text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN reason IN ('expired', 'not kept alive', 'signup') THEN reason
              WHEN reason IS NOT NULL THEN 'erased' END
$$;
