-- Version 4: what keeps requests within bounds, and what becomes of dead letters.

-- When the app was asked last, which paces the requests of a day.
ALTER TABLE request_count ADD COLUMN last INTEGER NOT NULL DEFAULT 0;

-- Domains of kintone whose last requests failed. No row: all is well.
CREATE TABLE domain (
  domain   TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,              -- in a row, of all its apps together
  until    INTEGER NOT NULL               -- nothing is sent before; then one request at a time, until one is answered
) WITHOUT ROWID;

-- Work over all objects (backfill, comparison) marks its rows 1: live changes go before them.
ALTER TABLE dirty ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0;

-- The next rows to work off, whatever else waits. Those that wait for something else to happen (at the
-- far end of time) are left out: of 100,000 that were taken in for the first time, each may.
CREATE INDEX dirty_due ON dirty (target, bulk, not_before) WHERE not_before < 4503599627370496;

-- Records sent to each target, by the minute: how many of them one refusal met.
CREATE TABLE sent_count (
  target TEXT NOT NULL,
  minute INTEGER NOT NULL,                -- since the Unix epoch
  count  INTEGER NOT NULL,
  PRIMARY KEY (target, minute)
) WITHOUT ROWID;

-- The refusal that paused a target: JSON {code, field, label}.
ALTER TABLE binding ADD COLUMN refused TEXT;

-- Dead letters of one kind.
CREATE INDEX dead_letter_kind ON dead_letter (target, code, last);

-- What was to be written is not kept for ever.
CREATE INDEX dead_letter_payload ON dead_letter (last) WHERE payload IS NOT NULL;
-- Of an event whose payload is not kept any more: the kind of its object.
ALTER TABLE dead_letter ADD COLUMN object_kind TEXT;

-- Dead letters that a person discarded, and why: kept for 90 days.
CREATE TABLE discarded (
  id        INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  event_id  TEXT NOT NULL,
  code      TEXT NOT NULL,
  field     TEXT,
  text_ja   TEXT NOT NULL,
  text_en   TEXT NOT NULL,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,
  attempts  INTEGER NOT NULL,
  reason    TEXT NOT NULL,
  by        TEXT NOT NULL,                -- the name of the admin token
  at        INTEGER NOT NULL
);
CREATE INDEX discarded_at ON discarded (at);

-- 1: somebody deleted the record in kintone, and it is looked for by its key. 2: it is not there, and is
-- left so, as the target says.
ALTER TABLE record ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
