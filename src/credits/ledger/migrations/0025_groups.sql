-- Several ledgers, each a group of wallets with a schema of its own. Which group this one is, of how many: nothing where
-- there is one. It goes where the group goes, so that no group is taken for another.
CREATE TABLE placement (
  one boolean NOT NULL DEFAULT true CONSTRAINT placement_pkey PRIMARY KEY,
  number int NOT NULL,
  groups int NOT NULL,
  CONSTRAINT placement_one CHECK (one),
  CONSTRAINT placement_in_range CHECK (number >= 0 AND number < groups)
);

-- Gifts are asked for in the first group and given in one after the other: the one that given_up_to is about.
ALTER TABLE gifts ADD COLUMN given_group int NOT NULL DEFAULT 0;
