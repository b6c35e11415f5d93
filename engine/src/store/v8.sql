-- Version 8: what fails again and again, by itself.

-- Failures that are the object's own or the key's, until it is read; those of an outage do not count.
ALTER TABLE read ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
-- The version for which people were told that it cannot be read; 0: they were not.
ALTER TABLE read ADD COLUMN told INTEGER NOT NULL DEFAULT 0;

-- dirty.approved is 2 once a deletion that nobody was asked about counts as one of the day's.

-- Writes of this record whose outcome stayed unknown, since it was last settled.
ALTER TABLE dirty ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

-- What a panic was in, and how often in the last hour. The row without work tells when the last panic was. `depth`
-- is not 0 while the work is under way: 2 is a record's, within its lane's.
CREATE TABLE trap (
  work TEXT NOT NULL PRIMARY KEY,
  times INTEGER NOT NULL,
  last INTEGER NOT NULL,
  depth INTEGER NOT NULL
) WITHOUT ROWID;

-- Whether a write to the record took effect or may have: until then the newest values are those to keep.
ALTER TABLE previous_value ADD COLUMN overwritten INTEGER NOT NULL DEFAULT 1;
