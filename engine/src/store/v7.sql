-- Version 7: the views.

-- Nonces of changes, as long as their signatures are accepted.
CREATE TABLE ui_nonce (
  nonce TEXT PRIMARY KEY,
  used  INTEGER NOT NULL
) WITHOUT ROWID;

-- Changes that the views asked for, so that a lost answer can be given again.
CREATE TABLE ui_operation (
  id      TEXT PRIMARY KEY,
  request TEXT NOT NULL,                  -- SHA-256 of the request
  answer  TEXT,                           -- NULL while it is under way
  begun   INTEGER NOT NULL
) WITHOUT ROWID;

-- Each target's form as it was when its mapping was stored: what changed in kintone since is told.
CREATE TABLE mapped_form (
  target TEXT PRIMARY KEY,
  form   TEXT NOT NULL                    -- as in `form`
) WITHOUT ROWID;

-- Which object an event was about, for what happened lately.
ALTER TABLE inbox ADD COLUMN object_id TEXT;
CREATE INDEX inbox_object ON inbox (object_id) WHERE object_id IS NOT NULL;
