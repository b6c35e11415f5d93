-- The tenant's database, version 1. Times are milliseconds since the Unix epoch unless a name says
-- `_s` (seconds, as Stripe counts). Written rows cost money on Cloudflare and index rows count, so
-- tables are WITHOUT ROWID where a text key identifies a row and indexes are partial.

-- Stored events, once by event id.
CREATE TABLE inbox (
  seq       INTEGER PRIMARY KEY,          -- order of arrival
  event_id  TEXT NOT NULL UNIQUE,
  type      TEXT NOT NULL,
  created_s INTEGER NOT NULL,
  received  INTEGER NOT NULL,
  status    TEXT NOT NULL,                -- waiting | observed | ignored | dead
  attempts  INTEGER NOT NULL DEFAULT 0,   -- counted in an earlier step than the handling
  payload   TEXT                          -- NULL once it is no longer needed
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE status = 'waiting';

-- The newest state known of each Stripe object, in the shape of the pinned API version.
CREATE TABLE object (
  id             TEXT PRIMARY KEY,
  kind           TEXT NOT NULL,
  json           TEXT,                       -- NULL for a tombstone
  deleted        INTEGER NOT NULL DEFAULT 0, -- 1: deletion is proved, nothing brings it back
  stale_before_s INTEGER NOT NULL,           -- an event created before this second is stale
  unsure_to_s    INTEGER NOT NULL,           -- one created up to this second, and not stale, is undecidable
  version        INTEGER NOT NULL            -- grows with each state applied
) WITHOUT ROWID;

-- Objects to be read from Stripe because an event could not decide.
CREATE TABLE read (
  object_id  TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  version    INTEGER NOT NULL,            -- grows with each request for a read
  attempts   INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  last_error TEXT                         -- a code, never a body
) WITHOUT ROWID;

-- Objects to be projected and compared, for each target.
CREATE TABLE dirty (
  target     TEXT NOT NULL,
  object_id  TEXT NOT NULL,
  version    INTEGER NOT NULL,            -- grows with each mark; a write settles only the version it claimed
  attempts   INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  unknown    INTEGER NOT NULL DEFAULT 0,  -- 1: read before writing
  last_error TEXT,                        -- a code, never a body
  PRIMARY KEY (target, object_id)
) WITHOUT ROWID;

-- What kintone is known to hold.
CREATE TABLE record (
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  key       TEXT NOT NULL,                -- the key field's value
  record_id TEXT,                         -- NULL while unknown
  revision  TEXT,
  hash      TEXT,                         -- of the values last written; NULL: write again
  written   INTEGER,
  PRIMARY KEY (target, object_id)
) WITHOUT ROWID;

-- One row for each write request under way; what stands here after a crash has an unknown outcome.
CREATE TABLE in_flight (
  id      INTEGER PRIMARY KEY,
  target  TEXT NOT NULL,
  sent    INTEGER NOT NULL,
  objects TEXT NOT NULL                   -- JSON: [[object id, claimed version], …]
);

-- What will not succeed by itself, with the reason.
CREATE TABLE dead_letter (
  id        INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,                -- event | record
  target    TEXT NOT NULL DEFAULT '',
  object_id TEXT NOT NULL DEFAULT '',
  event_id  TEXT NOT NULL DEFAULT '',
  code      TEXT NOT NULL,
  field     TEXT,
  text_ja   TEXT NOT NULL,
  text_en   TEXT NOT NULL,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,
  attempts  INTEGER NOT NULL,
  payload   TEXT,
  UNIQUE (kind, target, object_id, event_id)
);

-- The values a record had before our first write to it, kept for 30 days.
CREATE TABLE previous_value (
  target    TEXT NOT NULL,
  record_id TEXT NOT NULL,
  record    TEXT NOT NULL,
  kept      INTEGER NOT NULL,
  PRIMARY KEY (target, record_id)
) WITHOUT ROWID;

-- The two documents: mapping and connections.
CREATE TABLE document (
  name    TEXT PRIMARY KEY,
  body    TEXT NOT NULL,
  etag    TEXT NOT NULL,
  updated INTEGER NOT NULL,
  by      TEXT NOT NULL                   -- the name of the admin token
) WITHOUT ROWID;

-- Sealed with AES-GCM; never sent out again.
CREATE TABLE secret (
  name    TEXT PRIMARY KEY,
  key_id  TEXT NOT NULL,
  nonce   BLOB NOT NULL,
  sealed  BLOB NOT NULL,
  updated INTEGER NOT NULL
) WITHOUT ROWID;

-- Each target's app and whether it is written to.
CREATE TABLE binding (
  target      TEXT PRIMARY KEY,
  domain      TEXT NOT NULL,
  guest_space INTEGER,
  app         INTEGER NOT NULL,
  state       TEXT NOT NULL,              -- unchecked | held | active | paused
  reason      TEXT,                       -- a code; the texts are in the catalogue
  found       INTEGER,                    -- records in the app when it was bound
  waived_by   TEXT,                       -- who let a held target go on by typing its app's name
  verified    INTEGER NOT NULL DEFAULT 0, -- 1: an insert was read back and carried its key
  attempts    INTEGER NOT NULL DEFAULT 0, -- checks in a row that did not end in active or held
  not_before  INTEGER NOT NULL DEFAULT 0, -- of the next check
  since       INTEGER NOT NULL
) WITHOUT ROWID;

-- Form schemas and app settings, read again at configuration, hourly and after an error that hints at a change.
CREATE TABLE form (
  app      TEXT PRIMARY KEY,              -- domain/guest space or -/app
  form     TEXT NOT NULL,
  settings TEXT,
  read_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- kintone requests for each app and day (a day begins at 09:00 in Japan).
CREATE TABLE request_count (
  app   TEXT NOT NULL,
  day   TEXT NOT NULL,                    -- YYYY-MM-DD of the day's 09:00 JST
  count INTEGER NOT NULL,
  PRIMARY KEY (app, day)
) WITHOUT ROWID;

-- What is to happen later. The object's one alarm is set to the earliest.
CREATE TABLE timer (
  name TEXT PRIMARY KEY,
  due  INTEGER NOT NULL
) WITHOUT ROWID;

-- Single values: the tenant's name, the last event.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
