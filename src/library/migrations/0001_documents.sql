-- Documents and, later, recordings and exports: a row stands for a file that is durable on disk before the row is.
CREATE TABLE library.documents (
  id uuid CONSTRAINT documents_pkey PRIMARY KEY,
  user_id text NOT NULL,
  kind text NOT NULL CONSTRAINT documents_kind_known CHECK (kind IN ('txt', 'docx')),
  title text NOT NULL,
  filename text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  encoding text,
  characters int NOT NULL,
  words int NOT NULL,
  paragraphs int NOT NULL,
  headings jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX documents_of_user ON library.documents (user_id, created_at DESC, id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'credits_app') THEN
    GRANT USAGE ON SCHEMA library TO credits_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA library TO credits_app;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'grants on schema library are left to the database''s owner';
END $$;
