-- Version 11: whose values are kept, and which records were never written to.

-- 1: it was found and left alone: until something is written to it, it holds what its people put there.
ALTER TABLE record ADD COLUMN untouched INTEGER NOT NULL DEFAULT 0;

-- Numbers of records are an app's own, and a target may get another app while values of the former one are kept.
CREATE TABLE previous_value_by_app (
  target      TEXT NOT NULL,
  app         TEXT NOT NULL,              -- domain/guest space or -/app
  record_id   TEXT NOT NULL,
  record      TEXT NOT NULL,
  kept        INTEGER NOT NULL,
  overwritten INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (target, app, record_id)
) WITHOUT ROWID;
INSERT INTO previous_value_by_app (target, app, record_id, record, kept, overwritten)
  SELECT p.target, coalesce(b.domain || '/' || coalesce(b.guest_space, '-') || '/' || b.app, ''),
         p.record_id, p.record, p.kept, p.overwritten
  FROM previous_value p LEFT JOIN binding b ON b.target = p.target;
DROP TABLE previous_value;
ALTER TABLE previous_value_by_app RENAME TO previous_value;
CREATE INDEX previous_value_kept ON previous_value (kept);
