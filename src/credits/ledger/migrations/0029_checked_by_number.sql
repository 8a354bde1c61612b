-- The books were checked in the order of the users' names; integrity.sql makes the function anew, with other arguments.
DROP FUNCTION IF EXISTS check_wallets(text, int);
