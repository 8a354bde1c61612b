-- What comes back to a grant and to what came of it is reckoned together; see bring_back().
DROP FUNCTION IF EXISTS origin_of(uuid);
