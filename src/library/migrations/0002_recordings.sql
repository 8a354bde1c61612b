CREATE TABLE library.recordings (
  id uuid CONSTRAINT recordings_pkey PRIMARY KEY,
  user_id text NOT NULL,
  filename text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  container text NOT NULL CONSTRAINT recordings_container_known CHECK (container IN ('wav', 'mp3', 'flac', 'ogg', 'm4a')),
  codec text NOT NULL,
  duration_seconds double precision NOT NULL,
  sample_rate int NOT NULL,
  channels int NOT NULL,
  bitrate int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX recordings_of_user ON library.recordings (user_id, created_at DESC, id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'credits_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON library.recordings TO credits_app;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'grants on schema library are left to the database''s owner';
END $$;
