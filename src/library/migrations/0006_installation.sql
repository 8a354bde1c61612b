-- Which installation this database belongs to: DATA_DIR knows the same id, so that a start with the folder of another one
-- is noticed before the files in it are taken for rubbish.
CREATE TABLE library.installation (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  one boolean NOT NULL DEFAULT true CONSTRAINT installation_pkey PRIMARY KEY CONSTRAINT installation_is_one CHECK (one)
);
INSERT INTO library.installation DEFAULT VALUES;
