-- Credits taken back because their money went back, and given again when it came after all. A balance never goes below
-- 0; a wallet may owe, and then nothing of it is available: whatever becomes available pays what is owed first.
--
--   verb      takes or gives                                          entry
--   clawback  what is left of that grant, or of what came of it, and  clawback, -taken (0 where nothing was to be had)
--             not held; then in burn order what is available; the
--             rest is owed
--   restore   forgives what is owed; the rest goes back to that       restore, +given (0 where all of it was owed)
--             grant; see bring_back()
--   (none)    what became available and is owed                       clawback, -paid, for the reason `owed`
--
-- What is held belongs to work that runs. When its hold ends, what is free then is collected.

CREATE OR REPLACE FUNCTION claw_back(w wallets, t timestamptz, op operation, given ledger_entries)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  before CONSTANT bigint := w.balance;
  own record;
  rest bigint := op.credits;
  grant_ids uuid[] := '{}';
  deltas bigint[] := '{}';
BEGIN
  FOR own IN
    SELECT l.grant_id, LEAST(l.floor + l.height, w.balance - w.held) - l.floor AS free
      FROM layers_at(w.number, w.epoch) l
     WHERE l.grant_id = ANY (descent_of(given.grant_id)) AND l.floor < w.balance - w.held
     ORDER BY l.floor DESC
  LOOP
    EXIT WHEN rest = 0;
    own.free := LEAST(own.free, rest);
    rest := rest - own.free;
    grant_ids := grant_ids || own.grant_id;
    deltas := deltas || -own.free;
  END LOOP;
  IF cardinality(grant_ids) > 0 THEN
    w := restack(w, t, grant_ids, deltas);
  END IF;
  w.balance := w.balance - LEAST(w.balance - w.held, op.credits - (before - w.balance));
  w.owed := w.owed + op.credits - (before - w.balance);
  w.version := w.version + 1;
  INSERT INTO clawbacks AS c (entry_id, wallet, granted, taken_back)
  VALUES (given.id, w.number, given.amount, op.credits)
  ON CONFLICT (entry_id) DO UPDATE SET taken_back = c.taken_back + op.credits;
  RETURN enter_reversal(w, t, 'clawback', w.balance - before, op, given);
END $$;

CREATE OR REPLACE FUNCTION give_again(w wallets, t timestamptz, op operation, given ledger_entries)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  forgiven CONSTANT bigint := LEAST(w.owed, op.credits);
  back CONSTANT bigint := op.credits - forgiven;
BEGIN
  w.version := w.version + 1;
  w.owed := w.owed - forgiven;
  UPDATE clawbacks c SET taken_back = c.taken_back - op.credits WHERE c.entry_id = given.id;
  IF back > 0 THEN
    w := bring_back(w, t, op, ARRAY[given.grant_id], ARRAY[back]);
  END IF;
  RETURN enter_reversal(w, t, 'restore', back, op, given);
END $$;

CREATE OR REPLACE FUNCTION collect(w wallets, t timestamptz) RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  paid CONSTANT bigint := LEAST(w.owed, w.balance - w.held);
  op operation;
BEGIN
  w.balance := w.balance - paid;
  w.owed := w.owed - paid;
  w.version := w.version + 1;
  op.id := new_id(w.name_hash);
  op.reason := 'owed';
  op.actor := 'ledger';
  RETURN enter_reversal(w, t, 'clawback', -paid, op, NULL);
END $$;

CREATE OR REPLACE FUNCTION enter_reversal(
  w wallets, t timestamptz, kind text, amount bigint, op operation, given ledger_entries)
RETURNS wallets LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, owed_after, epoch, created_at,
                              reason, actor, grant_id, reverses, key, fingerprint)
  VALUES (w.number, w.version, op.id, kind, amount, w.balance, w.held, w.owed, w.epoch, t,
          number_of_reason(w.number, op.reason), number_of_actor(op.actor), given.grant_id, given.id,
          key_hash(w.salt, op.key), decode(op.fingerprint, 'hex'));
  RETURN w;
END $$;

-- An entry and the wallet as its act left it: what came of it at once (credits that no hold protects any more expire,
-- what is owed is paid) are entries of their own behind it.
CREATE OR REPLACE FUNCTION entry_of_act(of_entry uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  shown jsonb := (SELECT to_jsonb(e) FROM entries e WHERE e.id = of_entry);
  latest ledger_entries;
  behind ledger_entries;
BEGIN
  SELECT * INTO latest FROM ledger_entries e WHERE e.id = of_entry;
  LOOP
    SELECT * INTO behind FROM ledger_entries e
     WHERE e.wallet = latest.wallet AND e.version = latest.version + 1 AND e.created_at = latest.created_at
       AND e.kind IN ('expiry', 'clawback') AND e.reverses IS NULL;
    EXIT WHEN NOT FOUND;
    latest := behind;
    shown := shown || jsonb_build_object('version', behind.version, 'balance_after', behind.balance_after,
                                         'held_after', behind.held_after);
  END LOOP;
  RETURN shown;
END $$;

-- What became of a grant, by its entry: every credit of it is left (some of it perhaps held), lapsed, taken back, or
-- else spent. What was carried into a later period is still of that grant. What was taken back and was not there any more
-- counts as taken back and not as spent; and not as left, where others were taken while it was held.
CREATE OR REPLACE FUNCTION grant_state(of_entry uuid)
RETURNS TABLE (user_id text, granted bigint, remaining bigint, held bigint, lapsed bigint, taken_back bigint)
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
  SELECT w.user_id, e.amount, LEAST(r.remaining, e.amount - b.taken_back),
         LEAST(r.remaining, e.amount - b.taken_back) - LEAST(r.free, e.amount - b.taken_back), r.lapsed, b.taken_back
    FROM ledger_entries e
    JOIN wallets w ON w.number = e.wallet
   CROSS JOIN LATERAL rest_of(w, e.grant_id) r
   CROSS JOIN LATERAL (SELECT COALESCE((SELECT c.taken_back FROM clawbacks c WHERE c.entry_id = e.id), 0) AS taken_back) b
   WHERE e.id = of_entry AND e.kind IN ('grant', 'adjustment') AND e.grant_id IS NOT NULL
$$;
