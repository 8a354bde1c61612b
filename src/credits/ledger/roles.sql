-- Two roles for production, made where the migrating user may make roles; grant them to your own logins.
--   credits_app       what the app needs: it owns nothing and moves credits only through credits.apply
--   credits_operator  may read everything and change what an operator may: a wallet's balance, a new wallet
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['credits_app', 'credits_operator'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      END IF;
      EXECUTE format('GRANT USAGE ON SCHEMA credits TO %I', wanted);
      EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA credits TO %I', wanted);
      EXECUTE format('GRANT EXECUTE ON FUNCTION credits.check_wallets TO %I', wanted);
    EXCEPTION WHEN insufficient_privilege OR unique_violation OR duplicate_object OR undefined_object THEN
      RAISE NOTICE 'role % is left to the database''s owner: %', wanted, SQLERRM;
    END;
  END LOOP;
  REVOKE EXECUTE ON FUNCTION credits.apply, credits.erase FROM PUBLIC;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'credits_app') THEN
    GRANT EXECUTE ON FUNCTION credits.apply, credits.erase TO credits_app;
    GRANT INSERT, UPDATE, DELETE ON credits.answers TO credits_app;
    GRANT INSERT, UPDATE ON credits.gifts TO credits_app;
    GRANT INSERT (user_id, balance), UPDATE (balance) ON credits.wallets TO credits_operator;
  END IF;
END $$;
