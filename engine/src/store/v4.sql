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
