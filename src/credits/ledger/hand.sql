-- Whose hand it is. The ledger's: it runs as the owner of the tables, which its functions do for whoever calls
-- them, and its functions' search_path says so by the name of a schema that nobody can make. A setting alone decides
-- nothing, for any login may set it; an owner who sets it by hand could as well disable the triggers.
-- The owner's name is written in here, because to look it up would cost every row; the migration does it anew when
-- the tables have another owner, before anything else: numbered migrations write to these tables, too.
-- Nothing here is looked for in a search_path: it may be anybody's.
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

  -- For the tables that the ledger writes with every charge: asked in the function, because PostgreSQL parses a
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
