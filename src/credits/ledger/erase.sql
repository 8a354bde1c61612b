-- Remove a person's name from everything outside their own wallet: answers to operators about them, gifts, and the
-- list of actors. Also called in groups where they have no wallet. The fingerprint of a gift that named them goes as
-- well: anybody who knows the rest of the gift could try names against it.
CREATE OR REPLACE FUNCTION erase_mentions(person text, pseudonym text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
  -- Their keys stay used; the text of the answers goes.
  UPDATE answers a SET route = 'erased', body = '', subject = NULL WHERE a.subject = person;
  UPDATE gifts g
     SET user_ids = array_remove(g.user_ids, person), fingerprint = 'erased',
         reason = replace(g.reason, person, erase_mentions.pseudonym)
   WHERE person = ANY (g.user_ids);
  -- A gift that has come as far as their name begins again and is counted anew. Its key keeps anybody from getting it
  -- twice.
  UPDATE gifts g SET given_up_to = '', given_group = 0, done = 0, refused = 0 WHERE g.given_up_to = person;
  UPDATE gifts g SET actor = erase_mentions.pseudonym WHERE g.actor = person;
  UPDATE erasures e SET actor = erase_mentions.pseudonym WHERE e.actor = person;
  UPDATE actors a SET name = erase_mentions.pseudonym WHERE a.name = person;
END $$;

-- Put a pseudonym in the place of a person's name, in the one row that has it, and remove what was said about them.
-- No entry changes. It happens under the wallet's lock, and a session that waited for the lock finds no such wallet.
-- Returns false if the person has no wallet: they are remembered as erased all the same, and answers recorded for
-- them go. Returns null for a pseudonym, because nobody is behind it. The pseudonym has the group of the name: see
-- name_hash().
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
  -- No event tells of this person any more, and those already told go.
  UPDATE outbox o SET data = '{}', due_at = NULL, ended_at = COALESCE(o.ended_at, t),
         state = CASE o.state WHEN 'waiting' THEN 'erased' ELSE o.state END
   WHERE o.wallet = w.number;
  UPDATE reasons r SET reason = 'erased' WHERE r.wallet = w.number;
  -- Every cached copy of the balance under the old name is dropped, whatever its version.
  PERFORM announce(json_build_object(w.name_hash, 9007199254740991)::text);
  RETURN true;
END $$;
