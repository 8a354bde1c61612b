-- Names, and the numbers and ids that stand for them.

-- The first 32 bits of the SHA-256 of a user id in UTF-8. The first twelve of them stand in every id of the wallet,
-- behind the digit of its version: 01890a5d-ac96-7bbb-8… where bbb are those bits. So a bare id tells the
-- group of its wallet, which is made of the first bits; see wallet-hash.ts, which computes the same.
CREATE OR REPLACE FUNCTION name_hash(name text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT ('x' || encode(substr(sha256(convert_to(name, 'UTF8')), 1, 4), 'hex'))::bit(32)::int
$$;

-- A UUID of version 7 (RFC 9562, section 5.7), with the bits of its wallet.
CREATE OR REPLACE FUNCTION new_id(name_hash int) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(overlay(uuid_send(gen_random_uuid()) PLACING
           substr(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint), 3)
             || int2send((28672 | ((name_hash >> 20) & 4095))::int2) FROM 1 FOR 8), 'hex')::uuid
$$;

-- How a key is stored.
CREATE OR REPLACE FUNCTION key_hash(salt bytea, key text) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT substr(sha256(salt || convert_to(key, 'UTF8')), 1, 16)
$$;

CREATE OR REPLACE FUNCTION number_of_actor(actor text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  found_number int;
BEGIN
  IF actor IS NULL THEN
    RETURN NULL;
  END IF;
  LOOP
    SELECT a.number INTO found_number FROM actors a WHERE a.name = actor;
    IF FOUND THEN
      RETURN found_number;
    END IF;
    -- A number is drawn only for a new name. If another session is faster, its row counts.
    INSERT INTO actors (name) VALUES (actor) ON CONFLICT DO NOTHING;
  END LOOP;
END $$;

-- A reason is free text about somebody and may name them, so it is kept apart, where an erasure empties it.
CREATE OR REPLACE FUNCTION number_of_reason(of_wallet int, said text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  found_number int;
BEGIN
  IF said IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT r.number INTO found_number FROM reasons r WHERE r.wallet IS NULL AND r.reason = said;
  IF NOT FOUND THEN
    INSERT INTO reasons (wallet, reason) VALUES (of_wallet, said) RETURNING number INTO found_number;
  END IF;
  RETURN found_number;
END $$;

-- The wallet of a hold or an entry. It never changes, so it may be read before the lock.
CREATE OR REPLACE FUNCTION owner_of(hold_id uuid, entry_id uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_variable
DECLARE
  of_wallet int;
BEGIN
  of_wallet := CASE WHEN hold_id IS NULL
    THEN (SELECT e.wallet FROM ledger_entries e WHERE e.id = entry_id)
    ELSE COALESCE((SELECT h.wallet FROM running_holds h WHERE h.id = hold_id),
                  (SELECT e.wallet FROM ledger_entries e WHERE e.id = hold_id AND e.hold_amount IS NOT NULL),
                  (SELECT h.wallet FROM ended_holds h WHERE h.id = hold_id),
                  (SELECT e.wallet FROM ledger_entries e WHERE e.hold_id = owner_of.hold_id)) END;
  RETURN (SELECT w.user_id FROM wallets w WHERE w.number = of_wallet);
END $$;

-- The entry that was made under a user's key, if any.
CREATE OR REPLACE FUNCTION entry_of_key(owner text, key text) RETURNS uuid
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT e.id FROM wallets w JOIN ledger_entries e ON e.wallet = w.number AND e.key = key_hash(w.salt, $2)
   WHERE w.user_id = owner
$$;
