-- Version 12: a domain that answers what is read and not what is written.

-- Writes that failed in a row, whatever was read in between.
ALTER TABLE domain ADD COLUMN writes INTEGER NOT NULL DEFAULT 0;
-- When the last of them did.
ALTER TABLE domain ADD COLUMN write_failed INTEGER NOT NULL DEFAULT 0;
