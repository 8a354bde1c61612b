-- `apply` announces only where its caller cannot do it after the commit, and says which wallets changed: it takes one more
-- argument and answers one more column, so it is another function.
DROP FUNCTION IF EXISTS apply(operation[], boolean, text[]);
