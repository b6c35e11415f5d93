-- Version 9: whose a key is, is proved once for each key that is stored (`meta`), not in every check.

ALTER TABLE gap_check DROP COLUMN proved;
