-- The checks of a hold cost a capture what those of an entry did, for the reason given in 0003: with them, and with two
-- looks for a hold in place of one, a hold and its capture took an eighth longer. Nobody but the ledger writes holds; the integrity check looks for a wrong one
-- (unsound_holds).
ALTER TABLE credits.holds
  DROP CONSTRAINT holds_amount_not_negative,
  DROP CONSTRAINT holds_state_known,
  DROP CONSTRAINT holds_resolved_once,
  DROP CONSTRAINT holds_key_has_fingerprint;
