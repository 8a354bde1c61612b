-- Where a person is named beside their own wallet: in what operators were answered about them, in gifts, and among
-- those who acted. Also in the groups in which they have no wallet. The fingerprint of a gift that named them goes: whoever
-- knows the rest of it could try names on it.
CREATE OR REPLACE FUNCTION erase_mentions(person text, pseudonym text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
  -- Their keys stay used, what they said goes.
  UPDATE answers a SET route = 'erased', body = '', subject = NULL WHERE a.subject = person;
  UPDATE gifts g
     SET user_ids = array_remove(g.user_ids, person), fingerprint = 'erased',
         reason = replace(g.reason, person, erase_mentions.pseudonym)
   WHERE person = ANY (g.user_ids);
  -- A gift that has come as far as their name begins anew: under its key nobody has it twice, and it is counted anew.
  UPDATE gifts g SET given_up_to = '', given_group = 0, done = 0, refused = 0 WHERE g.given_up_to = person;
  UPDATE gifts g SET actor = erase_mentions.pseudonym WHERE g.actor = person;
  UPDATE erasures e SET actor = erase_mentions.pseudonym WHERE e.actor = person;
  UPDATE actors a SET name = erase_mentions.pseudonym WHERE a.name = person;
END $$;

-- A pseudonym takes the place of a person's name, in the one row where it stands, and what was said about them goes.
-- No entry is touched. Under the wallet's lock: whoever waits for it finds no such wallet. False when the person has
-- none: they are remembered as erased all the same, and what was recorded for them goes. Null for a pseudonym, behind
-- which there is nobody. The pseudonym has the group of the name: see name_hash().
--
-- What is due expires first, and work that runs comes to nothing: its hold is released, so its capture, and the rows
-- that would be stored with it, cannot come after the person is gone.
CREATE OR REPLACE FUNCTION erase(person text, pseudonym text, person_hash text, reason text, actor text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  t timestamptz;
  w wallets;
  running uuid[];
BEGIN
  SELECT * INTO w FROM wallets x WHERE x.user_id = person FOR UPDATE;
  IF EXISTS (SELECT FROM erasures e WHERE e.pseudonym = person) THEN
    RETURN NULL;
  END IF;
  IF (name_hash(erase.pseudonym) # w.name_hash) >> 20 <> 0 THEN
    RAISE EXCEPTION 'the pseudonym is of another group' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO erasures (pseudonym, person_hash, reason, actor)
  VALUES (erase.pseudonym, erase.person_hash, replace(erase.reason, person, erase.pseudonym), erase.actor);
  DELETE FROM answers a WHERE a.user_id = person;
  PERFORM erase_mentions(person, erase.pseudonym);
  IF w.user_id IS NULL THEN
    RETURN false;
  END IF;

  t := clock_timestamp();
  UPDATE allowance_terms a SET next_at = NULL, ended_at = COALESCE(a.ended_at, t), plan = 'erased'
   WHERE a.wallet = w.number;
  w := settle(w, t);
  running := (SELECT array_agg(h.id) FROM running_holds h WHERE h.wallet = w.number);
  IF running IS NOT NULL THEN
    w := end_holds(w, t, running, 'released', 'erased');
    -- A hold may have protected credits that expired meanwhile.
    w := settle(w, t);
  END IF;

  UPDATE wallets x
     SET user_id = erase.pseudonym, name_hash = name_hash(erase.pseudonym), salt = uuid_send(gen_random_uuid()),
         balance = w.balance, held = w.held, version = w.version, epoch = w.epoch, due_at = w.due_at,
         holds_due_at = w.holds_due_at, active_holds = w.active_holds, owed = w.owed, updated_at = t
   WHERE x.number = w.number;
  DELETE FROM descriptions d WHERE d.wallet = w.number;
  -- Nobody is told any more, and what was told is forgotten.
  UPDATE outbox o SET data = '{}', due_at = NULL, ended_at = COALESCE(o.ended_at, t),
         state = CASE o.state WHEN 'waiting' THEN 'erased' ELSE o.state END
   WHERE o.wallet = w.number;
  UPDATE reasons r SET reason = 'erased' WHERE r.wallet = w.number;
  -- Whoever keeps a copy of the balance under the old name forgets it, whatever its version.
  PERFORM announce(json_build_object(w.name_hash, 9007199254740991)::text);
  RETURN true;
END $$;
