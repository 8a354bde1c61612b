-- The hold that paid for it, so that a ledger entry leads to what it bought. Null for what was stored before.
ALTER TABLE library.documents ADD COLUMN hold_id uuid;
ALTER TABLE library.recordings ADD COLUMN hold_id uuid;
CREATE INDEX documents_of_hold ON library.documents (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX recordings_of_hold ON library.recordings (hold_id) WHERE hold_id IS NOT NULL;
