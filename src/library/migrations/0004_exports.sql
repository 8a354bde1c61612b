CREATE TABLE library.exports (
  id uuid CONSTRAINT exports_pkey PRIMARY KEY,
  user_id text NOT NULL,
  hold_id uuid,
  format text NOT NULL CONSTRAINT exports_format_known CHECK (format IN ('txt', 'json', 'docx', 'pdf', 'zip')),
  title text NOT NULL,
  filename text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX exports_of_user ON library.exports (user_id, created_at DESC, id);
CREATE INDEX exports_of_hold ON library.exports (hold_id) WHERE hold_id IS NOT NULL;

-- Work that is under way, for whoever waits for it. Nothing depends on it, so a crash may empty it.
CREATE UNLOGGED TABLE library.jobs (
  id uuid CONSTRAINT jobs_pkey PRIMARY KEY,
  user_id text NOT NULL,
  format text NOT NULL,
  title text NOT NULL,
  progress real NOT NULL CONSTRAINT jobs_progress_is_a_part CHECK (progress BETWEEN 0 AND 1),
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX jobs_of_user ON library.jobs (user_id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'credits_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON library.exports, library.jobs TO credits_app;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'grants on schema library are left to the database''s owner';
END $$;
