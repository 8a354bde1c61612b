-- Which DATA_DIR the files of this database are in: the folder has the same id in it. Two machines with a folder each
-- would both be of this database, and each would have the half of the files.
ALTER TABLE library.installation ADD COLUMN folder uuid;
