-- Who may do what. Applied after everything else, so that a function made above is nobody's until it is named here;
-- the migration runner applies it again when the rights of PUBLIC or of these roles are not what it left.
--
-- Two roles for production, made where the migrating user may make roles, and otherwise by somebody who may
-- (CREATE ROLE credits_app NOLOGIN); grant them to your own logins.
--   credits_app       what the app needs: it owns nothing and moves credits only through apply()
--   credits_operator  may read all but recorded answers, and change what an operator may: a wallet's balance, a new wallet
DO $$
DECLARE
  here CONSTANT text := quote_ident(current_schema());
  wanted text;
  roles text[] := '{}';
  thing text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['credits_app', 'credits_operator'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      END IF;
      roles := roles || wanted;
    EXCEPTION
      WHEN insufficient_privilege THEN
        RAISE NOTICE 'the role % is left to somebody who may make roles', wanted;
      -- A start on another database of this server made it meanwhile.
      WHEN unique_violation OR duplicate_object THEN
        roles := roles || wanted;
    END;
  END LOOP;

  -- Revoke everything; what follows grants again. Objects that somebody else has put into the schema are theirs to
  -- share.
  EXECUTE format('REVOKE ALL ON SCHEMA %s FROM %s', here, array_to_string('PUBLIC'::text || roles, ', '));
  FOR thing IN
    SELECT format('%s %s', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, oid::regclass) FROM pg_class
     WHERE relnamespace = here::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
       AND relowner = current_user::regrole
     UNION ALL
    SELECT format('ROUTINE %s', oid::regprocedure) FROM pg_proc
     WHERE pronamespace = here::regnamespace AND proowner = current_user::regrole
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', thing, array_to_string('PUBLIC'::text || roles, ', '));
    -- Sequences, too: pg_dump reads them.
    IF cardinality(roles) > 0 AND thing NOT LIKE 'ROUTINE %' THEN
      EXECUTE format('GRANT SELECT ON %s TO %s', thing, array_to_string(roles, ', '));
    END IF;
  END LOOP;

  IF cardinality(roles) > 0 THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %s', here, array_to_string(roles, ', '));
    EXECUTE format('GRANT EXECUTE ON FUNCTION check_wallets, version_at, holds_before, latest_holds, entry_of_key, key_hash, name_hash, entry_of_act,
      grant_state, rest_of, drawn_by, layers_at, descent_of, next_refill, has_monthly, allowance_refills, refill_fingerprint TO %s',
                   array_to_string(roles, ', '));
  END IF;
  IF 'credits_app' = ANY (roles) THEN
    GRANT EXECUTE ON FUNCTION apply, erase, erase_mentions, forget_holds, allow, end_allowance, limit_refills, allow_monthly,
      set_monthly_grant, refill_together,
      listen_to_events, tell_about, tell_expiring, due_events, waiting_events TO credits_app;
    GRANT INSERT, UPDATE, DELETE ON answers TO credits_app;
    GRANT INSERT ON price_lists TO credits_app;
    GRANT UPDATE (due_at, ended_at, attempts, state, outcome), DELETE ON outbox TO credits_app;
    GRANT INSERT (key, fingerprint, amount, reason, actor, expires_at, user_ids, wallets),
          UPDATE (wallets, done, refused, given_up_to, claimed_until, finished_at, given_group) ON gifts TO credits_app;
  END IF;
  IF 'credits_operator' = ANY (roles) THEN
    REVOKE SELECT ON answers FROM credits_operator;
    GRANT INSERT (user_id, balance), UPDATE (balance) ON wallets TO credits_operator;
    -- The triggers on wallets call it as the user who edits.
    GRANT EXECUTE ON FUNCTION by_hand TO credits_operator;
  END IF;
END $$;
