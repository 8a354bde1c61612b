-- The app's role (see the ledger's roles.sql) may do to purchases what the app does: nothing is ever deleted.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'credits_app') THEN
    GRANT USAGE ON SCHEMA payments TO credits_app;
    GRANT SELECT ON payments.migrations TO credits_app;
    GRANT SELECT, INSERT, UPDATE ON payments.purchases, payments.reversals, payments.watches,
                                    payments.plan_terms, payments.subscriptions, payments.customers,
                                    payments.demo_checkouts, payments.demo_reversals, payments.demo_subscriptions
       TO credits_app;
    REVOKE INSERT, UPDATE, DELETE ON payments.migrations FROM credits_app;
  END IF;
END $$;
