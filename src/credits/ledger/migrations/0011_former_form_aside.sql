-- A ledger of the first form, in which everything stood under the user id: its tables go aside, into a schema of their
-- own, to be carried over by 0013. Nothing happens where there is none.
DO $$
DECLARE
  here CONSTANT text := current_schema();
  aside CONSTANT text := here || '_former';
  made record;
BEGIN
  IF to_regclass('grant_layers') IS NULL THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM migrations WHERE name = '0010_holds_without_checks.sql') THEN
    RAISE EXCEPTION 'this ledger is older than version 0.1.0: start that version once, then this one'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- Whoever runs on the former form waits, and is refused once its functions are gone.
  EXECUTE format('LOCK TABLE %1$I.wallets, %1$I.entries, %1$I.holds, %1$I.gifts, %1$I.answers IN ACCESS EXCLUSIVE MODE', here);
  DROP VIEW grants;
  FOR made IN SELECT tgrelid::regclass AS of_table, tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
               WHERE c.relnamespace = here::regnamespace AND NOT tgisinternal LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', made.tgname, made.of_table);
  END LOOP;
  FOR made IN SELECT oid::regprocedure AS signature FROM pg_proc WHERE pronamespace = here::regnamespace LOOP
    EXECUTE format('DROP FUNCTION %s', made.signature);
  END LOOP;
  DROP TYPE operation;
  EXECUTE format('CREATE SCHEMA %I', aside);
  FOR made IN SELECT c.oid::regclass AS name FROM pg_class c
               WHERE c.relnamespace = here::regnamespace AND c.relkind = 'r' AND c.relname <> 'migrations' LOOP
    EXECUTE format('ALTER TABLE %s SET SCHEMA %I', made.name, aside);
  END LOOP;
END $$;
