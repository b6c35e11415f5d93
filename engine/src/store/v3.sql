-- Version 3: elements as records of their own, what a condition leaves out, lookups that wait for
-- their record, deletions that ask.

-- Whose list an element stands in. The elements themselves are rows of `object`.
CREATE TABLE element (
  parent TEXT NOT NULL,
  id     TEXT NOT NULL,
  PRIMARY KEY (parent, id)
) WITHOUT ROWID;

-- Objects that a target's condition leaves out.
CREATE TABLE left_out (
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  PRIMARY KEY (target, object_id)
) WITHOUT ROWID;

-- Records whose lookup names a record that is not there yet, or was not when kintone refused them.
CREATE TABLE lookup_wait (
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  names     TEXT NOT NULL,                -- app number/key field/key
  since     INTEGER NOT NULL,
  PRIMARY KEY (target, object_id, names)
) WITHOUT ROWID;
CREATE INDEX lookup_wait_names ON lookup_wait (names);

-- Finds a record by a key that is not its object's id.
CREATE INDEX record_key ON record (target, key) WHERE key <> object_id;

-- Records deleted without a person's word, on the newest day of each target that had any.
CREATE TABLE deletion_count (
  target TEXT PRIMARY KEY,
  day    TEXT NOT NULL,                   -- YYYY-MM-DD of the day's 09:00 JST
  count  INTEGER NOT NULL
) WITHOUT ROWID;

ALTER TABLE record ADD COLUMN made INTEGER NOT NULL DEFAULT 0;     -- 1: kintone said that we made it
ALTER TABLE record ADD COLUMN stays INTEGER NOT NULL DEFAULT 0;    -- 1: a person dropped its deletion
ALTER TABLE dirty ADD COLUMN approved INTEGER NOT NULL DEFAULT 0;  -- 1: a person let its deletion go on

-- A customer's lists are asked for by the thousand, and the next of them is looked for often.
CREATE INDEX read_due ON read (not_before);

-- Records for which a request was lost that may take effect yet, over what was written since.
CREATE TABLE late_request (
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  lost      INTEGER NOT NULL,             -- when the last of them was
  requests  INTEGER NOT NULL DEFAULT 1,   -- how many
  landed    INTEGER NOT NULL DEFAULT 0,   -- 1: one of them is known to have made the record
  looks     INTEGER NOT NULL DEFAULT 0,   -- how often the record was written or read since
  PRIMARY KEY (target, object_id)
) WITHOUT ROWID;
