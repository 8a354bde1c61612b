-- Who is writing. It is the ledger if the statement runs as the owner of the tables (the ledger's functions do,
-- whoever calls them) and its search_path names a schema that nobody can make (the ledger's functions set it). The
-- setting alone proves nothing, because any login may set it. An owner who sets it by hand could just as well disable
-- the triggers.
-- The owner's name is written into the functions, because looking it up would cost time on every row. The migration
-- applies this file again when the owner of the tables changes, before anything else, because numbered migrations
-- write to these tables, too.
-- Nothing here is looked up in a search_path, which may be anybody's.
DO $do$
DECLARE
  not_the_ledger CONSTANT text := format(
    $$current_user OPERATOR(pg_catalog.<>) %L::pg_catalog.name
          OR pg_catalog.strpos(pg_catalog.current_setting('search_path'), 'pg_ledger_hand') OPERATOR(pg_catalog.=) 0$$,
    (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = 'wallets'::regclass));
BEGIN
  EXECUTE format($create$
    CREATE OR REPLACE FUNCTION by_hand() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      RETURN %s;
    END $$ $create$, not_the_ledger);

  -- For the tables that the ledger writes with every charge. The check is in the function because PostgreSQL parses a
  -- trigger's WHEN anew for every statement.
  EXECUTE format($create$
    CREATE OR REPLACE FUNCTION refuse_hand() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF %s THEN
        RAISE EXCEPTION '%%.%% is written by the ledger only: %% refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'insufficient_privilege',
                HINT = 'Change the balance of a wallet; the ledger entry and the grants follow by themselves.';
      END IF;
      RETURN NULL;
    END $$ $create$, not_the_ledger);
END $do$;
