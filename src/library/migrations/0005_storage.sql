-- What a document takes beside its original. Of those stored before only the original counts.
ALTER TABLE library.documents ADD COLUMN blocks_bytes bigint NOT NULL DEFAULT 0
  CONSTRAINT documents_blocks_bytes_not_negative CHECK (blocks_bytes >= 0);
