-- All of a wallet's, also those that ended: the other indexes are of those that go on, or of one key.
CREATE INDEX allowance_terms_of_wallet ON allowance_terms (wallet);
