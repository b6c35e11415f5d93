-- Version 5: work over all objects: backfill, comparison, dry run.

-- One row for each kind of job, of its last run.
CREATE TABLE job (
  name       TEXT PRIMARY KEY,            -- backfill | dry_run | reconcile
  run        INTEGER NOT NULL,            -- grows with each start: a step settles its own run only
  state      TEXT NOT NULL,               -- running | done | cancelled | failed
  body       TEXT NOT NULL,               -- JSON, bounded: where it stands and what it found
  input      TEXT,                        -- what was sent along when it was begun
  attempts   INTEGER NOT NULL DEFAULT 0,  -- failures in a row
  not_before INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,                        -- a code, never a body
  begun      INTEGER NOT NULL,
  updated    INTEGER NOT NULL
) WITHOUT ROWID;

-- A few of the objects that a job tells of.
CREATE TABLE job_sample (
  job       TEXT NOT NULL,
  target    TEXT NOT NULL,
  class     TEXT NOT NULL,                -- what would become of the record
  object_id TEXT NOT NULL,
  body      TEXT NOT NULL,                -- JSON
  PRIMARY KEY (job, target, class, object_id)
) WITHOUT ROWID;

-- What became of the records that the backfill had written, by target.
CREATE TABLE job_count (
  target    TEXT PRIMARY KEY,
  created   INTEGER NOT NULL DEFAULT 0,
  updated   INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  left_out  INTEGER NOT NULL DEFAULT 0,   -- by the target's condition
  failed    INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Rows of a backfill that wait for something else to happen, which `dirty_due` leaves out: to be counted.
CREATE INDEX dirty_bulk_waits ON dirty (target) WHERE bulk = 1 AND not_before >= 4503599627370496;

-- Finds records by their numbers in kintone, in the order in which its pages give them.
CREATE INDEX record_number ON record (target, CAST(record_id AS INTEGER)) WHERE record_id IS NOT NULL;

-- Finds whether a person discarded what was to be written of an object.
CREATE INDEX discarded_object ON discarded (target, object_id);

-- When Stripe made the object: its place in Stripe's lists. Of those kinds only that are listed whole.
ALTER TABLE object ADD COLUMN created_s INTEGER;
UPDATE object SET created_s = json ->> 'created' WHERE kind IN ('customer', 'subscription', 'invoice');
CREATE INDEX object_created ON object (kind, created_s) WHERE created_s IS NOT NULL;

-- Its place in a customer's list as Stripe gave it, where a rule can see the order: of a tax id.
ALTER TABLE object ADD COLUMN place INTEGER;
