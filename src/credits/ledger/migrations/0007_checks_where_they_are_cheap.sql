-- The checks of an entry cost a lone charge a fifth of its time, for the reason given in 0003. Nobody but the ledger
-- writes entries, so a wrong one is a fault of ours: the integrity check looks for it (unsound_entries). A balance too
-- large is refused where it can arise, by the verb or by the trigger that watches hand-made edits. What remains is the
-- check that no credit is spent twice: wallets_held_within_balance.
ALTER TABLE credits.entries
  DROP CONSTRAINT entries_kind_amount_reverses,
  DROP CONSTRAINT entries_level,
  DROP CONSTRAINT entries_key_has_fingerprint;
ALTER TABLE credits.wallets
  DROP CONSTRAINT wallets_balance_safe_integer;

-- Replaced by credits.announce(text).
DROP FUNCTION IF EXISTS credits.announce(credits.wallets[]);
