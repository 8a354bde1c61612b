-- Operators find a wallet by how its user id begins, in capitals or not. A user id never changes but by an erasure, so
-- no charge and no hold writes this index, and their updates of the wallet stay in place (HOT).
CREATE INDEX wallets_by_name ON credits.wallets (lower(user_id), user_id);
