-- Edits by hand. An operator may change wallets.balance and insert a wallet; both are journaled here. Everything
-- else in the schema is written by the ledger's own functions and refused to others.
--
-- A hand is the ledger's when it belongs to the owner of the tables AND carries the ledger's mark: a schema at the end of
-- the search_path of the functions that write (apply, erase and the journals below), with a name that nobody can give to
-- a schema, so that nothing is ever found there. Any login may set that path for itself; to be the owner it needs
-- one of those functions, which are SECURITY DEFINER. An owner who sets the path by hand does what an owner could do by
-- disabling the triggers, and the integrity check finds it.
--
-- Asked in the path of whoever writes, so nothing in it may be looked up there: every name and operator says its schema.
-- The owner's name is written into it, because a look-up would cost every charge; the migration runner applies this
-- file again when the tables have another owner. Until then nobody is the ledger.
DO $do$
BEGIN
  EXECUTE format($create$
    CREATE OR REPLACE FUNCTION credits.by_hand() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      RETURN current_user OPERATOR(pg_catalog.<>) %L::pg_catalog.name
          OR pg_catalog.strpos(pg_catalog.current_setting('search_path'), 'pg_ledger_hand') OPERATOR(pg_catalog.=) 0;
    END $$
  $create$, (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'credits.wallets'::regclass));
END $do$;

-- For the tables that the ledger writes with every charge: asked here, because PostgreSQL parses a trigger's WHEN anew for
-- every statement. It runs in the path of whoever writes, so it calls by its full name and compares nothing.
CREATE OR REPLACE FUNCTION credits.refuse_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF credits.by_hand() THEN
    RAISE EXCEPTION 'credits.% is written by the ledger only: % refused', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'insufficient_privilege',
            HINT = 'Change credits.wallets.balance; the ledger entry and the grants follow by themselves.';
  END IF;
  RETURN NULL;
END $$;

-- Runs in that path, too, and refuses everybody.
CREATE OR REPLACE FUNCTION credits.refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'credits.% is written by the ledger only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Change credits.wallets.balance; the ledger entry and the grants follow by themselves.';
END $$;

-- What is written once never changes, but in one thing: an erasure (erase.sql) puts its pseudonym in the place of the
-- owner and empties what was said about them. Never an amount, a time or a link. Reached by the ledger only: to others
-- the trigger of the statement, below, has said no before.
CREATE OR REPLACE FUNCTION credits.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  personal CONSTANT text[] := '{user_id,reason,actor,key}';
BEGIN
  IF to_jsonb(NEW) - personal = to_jsonb(OLD) - personal
     AND EXISTS (SELECT FROM credits.erasures e WHERE e.pseudonym = NEW.user_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'credits.% is never rewritten: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Correct it by another entry: change credits.wallets.balance, or refund the charge.';
END $$;

-- An operator's INSERT of a wallet: BEFORE, because the row needs its version; no side effect here, because an
-- INSERT … ON CONFLICT fires this even when no row is inserted.
CREATE OR REPLACE FUNCTION credits.open_by_hand() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.held <> 0 OR NEW.version <> 0 OR NEW.epoch <> 0
     OR NEW.due_at IS NOT NULL OR NEW.holds_due_at IS NOT NULL OR NEW.active_holds <> 0 THEN
    RAISE EXCEPTION 'a wallet is opened with user_id and balance only'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_opened_plain';
  END IF;
  IF length(NEW.user_id) NOT BETWEEN 1 AND 255 THEN
    RAISE EXCEPTION 'a user id has 1 to 255 characters'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_user_id_length';
  END IF;
  NEW.version := CASE WHEN NEW.balance = 0 THEN 0 ELSE 1 END;
  NEW.epoch := NEW.version;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION credits.journal_opening() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = credits, pg_catalog, pg_ledger_hand, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'credits.wallets'::regclass THEN
    RAISE EXCEPTION 'journal_opening is for credits.wallets only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.balance > 0 THEN
    PERFORM credits.pour_by_hand(
      ROW(NEW.user_id, 0, 0, 0, 0, NULL, NULL, 0, NEW.created_at, NEW.updated_at)::credits.wallets, NEW.balance);
    PERFORM credits.announce(json_build_object(NEW.user_id, NEW.version)::text);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION credits.pour_by_hand(w credits.wallets, credits bigint)
RETURNS credits.wallets LANGUAGE plpgsql AS $$
DECLARE
  op credits.operation;
BEGIN
  IF credits > 9007199254740991 - w.balance THEN
    RAISE EXCEPTION 'a balance is at most 9007199254740991 credits'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_balance_safe_integer';
  END IF;
  op.id := gen_random_uuid();
  op.credits := credits;
  op.reason := 'edited by hand';
  op.actor := 'sql:' || session_user;
  RETURN credits.pour(w, clock_timestamp(), 'adjustment', op);
END $$;

-- An operator's UPDATE of a balance. What is due is settled first, so the change applies to the credits that are
-- still there; the row lock is held already and OLD is its latest state.
CREATE OR REPLACE FUNCTION credits.journal_edit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = credits, pg_catalog, pg_ledger_hand, pg_temp
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  t CONSTANT timestamptz := clock_timestamp();
  change CONSTANT bigint := NEW.balance - OLD.balance;
  w credits.wallets := OLD;
BEGIN
  IF TG_RELID <> 'credits.wallets'::regclass THEN
    RAISE EXCEPTION 'journal_edit is for credits.wallets only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (NEW.user_id, NEW.held, NEW.version, NEW.epoch, NEW.due_at, NEW.holds_due_at, NEW.active_holds,
      NEW.created_at) IS DISTINCT FROM
     (OLD.user_id, OLD.held, OLD.version, OLD.epoch, OLD.due_at, OLD.holds_due_at, OLD.active_holds,
      OLD.created_at) THEN
    RAISE EXCEPTION 'only the balance of a wallet may be edited'
      USING ERRCODE = 'insufficient_privilege', HINT = 'UPDATE credits.wallets SET balance = … WHERE user_id = …';
  END IF;
  IF change = 0 THEN
    RETURN OLD;
  END IF;

  IF w.due_at <= t OR w.holds_due_at <= t THEN
    w := credits.settle(w, t);
  END IF;
  IF w.balance + change < w.held THEN
    RAISE EXCEPTION 'the balance of % would be %, below the % on hold', w.user_id, w.balance + change, w.held
      USING ERRCODE = 'check_violation', CONSTRAINT = 'wallets_held_within_balance';
  END IF;
  IF change > 0 THEN
    w := credits.pour_by_hand(w, change);
  ELSE
    w.balance := w.balance + change;
    w.version := w.version + 1;
    INSERT INTO credits.entries (user_id, version, id, kind, amount, balance_after, held_after, epoch, created_at,
                                 reason, actor)
    VALUES (w.user_id, w.version, gen_random_uuid(), 'adjustment', change, w.balance, w.held, w.epoch, t,
            'edited by hand', 'sql:' || session_user);
  END IF;
  w.updated_at := t;
  PERFORM credits.announce(json_build_object(w.user_id, w.version)::text);
  RETURN w;
END $$;

CREATE OR REPLACE TRIGGER wallets_opened_by_hand BEFORE INSERT ON credits.wallets FOR EACH ROW
  WHEN (credits.by_hand()) EXECUTE FUNCTION credits.open_by_hand();
CREATE OR REPLACE TRIGGER wallets_opening_journaled AFTER INSERT ON credits.wallets FOR EACH ROW
  WHEN (credits.by_hand()) EXECUTE FUNCTION credits.journal_opening();
CREATE OR REPLACE TRIGGER wallets_edited_by_hand BEFORE UPDATE ON credits.wallets FOR EACH ROW
  WHEN (credits.by_hand()) EXECUTE FUNCTION credits.journal_edit();

-- Nobody deletes a wallet or an erasure, and nobody changes an entry, a grant's terms or a layer: not even the ledger.
CREATE OR REPLACE TRIGGER wallets_kept BEFORE DELETE OR TRUNCATE ON credits.wallets
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER entries_append_only BEFORE DELETE OR TRUNCATE ON credits.entries
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER grant_terms_append_only BEFORE DELETE OR TRUNCATE ON credits.grant_terms
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER grant_layers_append_only BEFORE DELETE OR TRUNCATE ON credits.grant_layers
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER entries_written_once BEFORE UPDATE ON credits.entries
  FOR EACH ROW EXECUTE FUNCTION credits.refuse_rewriting();
CREATE OR REPLACE TRIGGER grant_terms_written_once BEFORE UPDATE ON credits.grant_terms
  FOR EACH ROW EXECUTE FUNCTION credits.refuse_rewriting();
CREATE OR REPLACE TRIGGER grant_layers_written_once BEFORE UPDATE ON credits.grant_layers
  FOR EACH ROW EXECUTE FUNCTION credits.refuse_rewriting();
CREATE OR REPLACE TRIGGER erasures_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON credits.erasures
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER holds_kept BEFORE DELETE OR TRUNCATE ON credits.holds
  EXECUTE FUNCTION credits.refuse_edit();
CREATE OR REPLACE TRIGGER refunds_kept BEFORE DELETE OR TRUNCATE ON credits.refunds
  EXECUTE FUNCTION credits.refuse_edit();

-- Of a statement, so that they speak before any row is touched.
CREATE OR REPLACE TRIGGER entries_by_ledger BEFORE INSERT OR UPDATE ON credits.entries
  EXECUTE FUNCTION credits.refuse_hand();
CREATE OR REPLACE TRIGGER holds_by_ledger BEFORE INSERT OR UPDATE ON credits.holds
  EXECUTE FUNCTION credits.refuse_hand();
CREATE OR REPLACE TRIGGER grant_terms_by_ledger BEFORE INSERT OR UPDATE ON credits.grant_terms
  EXECUTE FUNCTION credits.refuse_hand();
CREATE OR REPLACE TRIGGER grant_layers_by_ledger BEFORE INSERT OR UPDATE ON credits.grant_layers
  EXECUTE FUNCTION credits.refuse_hand();
CREATE OR REPLACE TRIGGER refunds_by_ledger BEFORE INSERT OR UPDATE ON credits.refunds
  EXECUTE FUNCTION credits.refuse_hand();
CREATE OR REPLACE TRIGGER erasures_by_ledger BEFORE INSERT ON credits.erasures
  EXECUTE FUNCTION credits.refuse_hand();
