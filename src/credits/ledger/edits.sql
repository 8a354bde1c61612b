-- Edits by hand. An operator may change wallets.balance and insert a wallet; both are journaled here. Everything
-- else in the schema is written by the ledger's own functions and refused to others.

-- Neither of these two functions looks anything up in a search_path.
CREATE OR REPLACE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is written by the ledger only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Change the balance of a wallet; the ledger entry and the grants follow by themselves.';
END $$;

CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is never rewritten: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Correct it by another entry: change the balance of the wallet, or refund the charge.';
END $$;

-- An operator inserts a wallet. BEFORE, because the row needs its version. It has no side effects, because an INSERT
-- … ON CONFLICT fires it even when no row is inserted.
CREATE OR REPLACE FUNCTION open_by_hand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.held <> 0 OR NEW.version <> 0 OR NEW.epoch <> 0
     OR NEW.due_at IS NOT NULL OR NEW.holds_due_at IS NOT NULL OR NEW.active_holds <> 0
     OR NEW.owed <> 0 OR NEW.name_hash IS NOT NULL OR NEW.created_at <> now() OR NEW.updated_at <> now() THEN
    RAISE EXCEPTION 'a wallet is opened with user_id and balance only'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_opened_plain';
  END IF;
  IF length(NEW.user_id) NOT BETWEEN 1 AND 255 THEN
    RAISE EXCEPTION 'a user id has 1 to 255 characters'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_user_id_length';
  END IF;
  NEW.name_hash := name_hash(NEW.user_id);
  IF EXISTS (SELECT FROM placement p
              WHERE floor(((NEW.name_hash >> 20) & 4095) * p.groups / 4096.0) <> p.number) THEN
    RAISE EXCEPTION 'the wallet of % belongs to another group than that of %', NEW.user_id, TG_TABLE_SCHEMA
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_in_their_group',
            HINT = 'INSERT INTO the wallets of the schema that has all groups: it finds the right one.';
  END IF;
  NEW.version := CASE WHEN NEW.balance = 0 THEN 0 ELSE 1 END;
  NEW.epoch := NEW.version;
  NEW.salt := uuid_send(gen_random_uuid());
  -- Ignore any number in the statement: it could belong to a future wallet, or to one that is gone.
  NEW.number := nextval(pg_get_serial_sequence('wallets', 'number'));
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION journal_opening() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  w wallets := NEW;
BEGIN
  IF TG_RELID <> 'wallets'::regclass THEN
    RAISE EXCEPTION 'not a wallet of this ledger' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.balance > 0 THEN
    w.balance := 0;
    w.version := 0;
    w.epoch := 0;
    PERFORM pour_by_hand(w, NEW.balance);
    PERFORM announce(json_build_object(NEW.name_hash, NEW.version)::text);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pour_by_hand(w wallets, credits bigint)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE
  op operation;
BEGIN
  IF credits > 9007199254740991 - w.balance THEN
    RAISE EXCEPTION 'a balance is at most 9007199254740991 credits'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_balance_safe_integer';
  END IF;
  op.id := new_id(w.name_hash);
  op.credits := credits;
  op.reason := 'edited by hand';
  op.actor := 'sql:' || session_user;
  RETURN pour(w, clock_timestamp(), 'adjustment', op);
END $$;

-- An operator updates a balance. What is due is settled first, so the change applies to the credits that are still
-- there. The row is already locked, and OLD is its latest state.
CREATE OR REPLACE FUNCTION journal_edit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
DECLARE
  t CONSTANT timestamptz := clock_timestamp();
  change CONSTANT bigint := NEW.balance - OLD.balance;
  w wallets := OLD;
  claimed wallets := NEW;
BEGIN
  IF TG_RELID <> 'wallets'::regclass THEN
    RAISE EXCEPTION 'not a wallet of this ledger' USING ERRCODE = 'insufficient_privilege';
  END IF;
  claimed.balance := OLD.balance;
  claimed.updated_at := OLD.updated_at;
  IF claimed IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'only the balance of a wallet may be edited'
      USING ERRCODE = 'insufficient_privilege', HINT = 'UPDATE … SET balance = … WHERE user_id = …';
  END IF;
  IF change = 0 THEN
    RETURN OLD;
  END IF;

  IF w.due_at <= t OR w.holds_due_at <= t THEN
    w := settle(w, t);
  END IF;
  IF w.balance + change < w.held THEN
    RAISE EXCEPTION 'the balance of % would be %, below the % on hold', w.user_id, w.balance + change, w.held
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_held_within_balance';
  END IF;
  IF change > 0 THEN
    w := pour_by_hand(w, change);
    IF w.owed > 0 THEN
      w := collect(w, t);
    END IF;
  ELSE
    w.balance := w.balance + change;
    w.version := w.version + 1;
    INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                                reason, actor)
    VALUES (w.number, w.version, new_id(w.name_hash), 'adjustment', change, w.balance, w.held, w.epoch, t,
            number_of_reason(w.number, 'edited by hand'), number_of_actor('sql:' || session_user));
  END IF;
  w.updated_at := t;
  PERFORM tell_crossings(OLD.balance, OLD.owed, w);
  PERFORM announce(json_build_object(w.name_hash, w.version)::text);
  RETURN w;
END $$;

CREATE OR REPLACE TRIGGER wallets_opened_by_hand BEFORE INSERT ON wallets FOR EACH ROW
  WHEN (by_hand()) EXECUTE FUNCTION open_by_hand();
CREATE OR REPLACE TRIGGER wallets_opening_journaled AFTER INSERT ON wallets FOR EACH ROW
  WHEN (by_hand()) EXECUTE FUNCTION journal_opening();
-- The ledger's own changes raise the version, so only the other rows are checked for whose hand they are in, and the
-- right to set the version is checked once a statement. Checking each row took a twentieth of a charge's time.
CREATE OR REPLACE TRIGGER wallets_edited_by_hand BEFORE UPDATE ON wallets FOR EACH ROW
  WHEN (OLD.version = NEW.version AND by_hand()) EXECUTE FUNCTION journal_edit();
CREATE OR REPLACE TRIGGER wallets_version_by_ledger BEFORE UPDATE OF version ON wallets
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER wallets_kept BEFORE DELETE OR TRUNCATE ON wallets
  EXECUTE FUNCTION refuse_edit();

-- Rows of these tables never change; this binds the ledger, too.
CREATE OR REPLACE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER grant_terms_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grant_terms
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER ended_holds_kept BEFORE UPDATE OR TRUNCATE ON ended_holds
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER former_holds_kept BEFORE DELETE OR TRUNCATE ON former_holds
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER grant_layers_kept BEFORE DELETE OR TRUNCATE ON grant_layers
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER refunds_kept BEFORE DELETE OR TRUNCATE ON refunds
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER clawbacks_kept BEFORE DELETE OR TRUNCATE ON clawbacks
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER actors_kept BEFORE DELETE OR TRUNCATE ON actors EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER reasons_kept BEFORE TRUNCATE ON reasons EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER descriptions_kept BEFORE TRUNCATE ON descriptions EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER allowance_terms_kept BEFORE DELETE OR TRUNCATE ON allowance_terms
  EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER monthly_grant_kept BEFORE TRUNCATE ON monthly_grant EXECUTE FUNCTION refuse_rewriting();
CREATE OR REPLACE TRIGGER running_holds_kept BEFORE TRUNCATE ON running_holds
  EXECUTE FUNCTION refuse_rewriting();

-- Only the ledger writes these tables.
CREATE OR REPLACE TRIGGER ledger_entries_by_ledger BEFORE INSERT ON ledger_entries
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER running_holds_by_ledger BEFORE INSERT OR UPDATE OR DELETE ON running_holds
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER ended_holds_by_ledger BEFORE INSERT OR DELETE ON ended_holds
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER former_holds_by_ledger BEFORE INSERT OR UPDATE ON former_holds
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER grant_terms_by_ledger BEFORE INSERT ON grant_terms
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER grant_layers_by_ledger BEFORE INSERT OR UPDATE ON grant_layers
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER refunds_by_ledger BEFORE INSERT OR UPDATE ON refunds
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER clawbacks_by_ledger BEFORE INSERT OR UPDATE ON clawbacks
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER actors_by_ledger BEFORE INSERT OR UPDATE ON actors
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER reasons_by_ledger BEFORE INSERT OR UPDATE OR DELETE ON reasons
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER descriptions_by_ledger BEFORE INSERT OR UPDATE OR DELETE ON descriptions
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER allowance_terms_by_ledger BEFORE INSERT OR UPDATE ON allowance_terms
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER monthly_grant_by_ledger BEFORE INSERT OR UPDATE OR DELETE ON monthly_grant
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER erasures_by_ledger BEFORE INSERT OR UPDATE OR DELETE ON erasures
  EXECUTE FUNCTION refuse_hand();
CREATE OR REPLACE TRIGGER erasures_kept BEFORE TRUNCATE ON erasures EXECUTE FUNCTION refuse_rewriting();

-- People read views; a write to one is refused in the same words.
CREATE OR REPLACE TRIGGER entries_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON entries
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
CREATE OR REPLACE TRIGGER holds_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON holds
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
CREATE OR REPLACE TRIGGER grants_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON grants
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
CREATE OR REPLACE TRIGGER events_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
CREATE OR REPLACE TRIGGER allowances_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON allowances
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
