-- The app's role (see the ledger's roles.sql) may do to documents, recordings and exports what the app does. Applied
-- again when the role is made later than the tables.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'credits_app') THEN
    GRANT USAGE ON SCHEMA library TO credits_app;
    GRANT SELECT ON library.migrations, library.installation TO credits_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON library.documents, library.recordings, library.exports, library.jobs
       TO credits_app;
    REVOKE INSERT, UPDATE, DELETE ON library.migrations, library.installation FROM credits_app;
    GRANT UPDATE (folder) ON library.installation TO credits_app;
  END IF;
END $$;
