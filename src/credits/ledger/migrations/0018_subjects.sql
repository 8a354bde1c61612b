-- Whom a recorded answer is about, where that is somebody else than who was answered: an operator's act on a wallet. An
-- erasure empties such answers; by the address of a route they could not be found once that route moves.
ALTER TABLE answers ADD COLUMN subject text COLLATE "C";
CREATE INDEX answers_subject ON answers (subject) WHERE subject IS NOT NULL;

-- What operators were answered in the last day, before there was a subject. An id that was written with %-signs is not
-- worth decoding here: what such a request was told goes, and its key stays used.
UPDATE answers SET subject = COALESCE(substring(route FROM '/wallets/([^/?%]+)/'), substring(body FROM '"userId":"([^"\\]+)"'))
 WHERE route LIKE 'POST /api/admin/%' AND body <> '';
UPDATE answers SET route = 'erased', body = '', subject = NULL
 WHERE route LIKE 'POST /api/admin/%' AND (strpos(route, '%') > 0 OR subject IS NULL AND strpos(body, '"userId"') > 0);
