-- credits.apply takes its operations as an array of rows, which PostgreSQL reads in 60 % of the time of
-- JSON; see apply.sql. The form before it must go: a name with two functions cannot be granted by its name.
DROP FUNCTION IF EXISTS credits.apply(json, boolean, text[]);
