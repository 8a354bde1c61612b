-- What is left of ended holds that were let go: as much as the books need, which count every version of a wallet.
--
-- holds     how many there were
-- versions  the sum of the versions that they made, two each
-- newest    the last of these
CREATE TABLE former_holds (
  wallet int CONSTRAINT former_holds_pkey PRIMARY KEY,
  holds bigint NOT NULL,
  versions numeric NOT NULL,
  newest bigint NOT NULL
);
