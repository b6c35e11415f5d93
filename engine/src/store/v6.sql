-- Version 6: what is kept for a time, the gap check.

-- 1: found by the gap check. Whatever writes to people leaves such an event alone.
ALTER TABLE inbox ADD COLUMN recovered INTEGER NOT NULL DEFAULT 0;

-- The comparison of Stripe's own list of events with the inbox. One row, from the configuration on.
CREATE TABLE gap_check (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  from_s     INTEGER NOT NULL,            -- events created from this second on are compared next
  begun      INTEGER,                     -- when the check under way began; NULL between two
  to_s       INTEGER,                     -- up to this second, of the check under way
  after      TEXT,                        -- the last event of the pages compared so far
  proved     INTEGER NOT NULL DEFAULT 0,  -- 1: the key is known to read this tenant's account
  compared   INTEGER NOT NULL DEFAULT 0,  -- of the check under way, or of the last one:
  missing    INTEGER NOT NULL DEFAULT 0,  --   of the events that the endpoint asks for
  came       INTEGER NOT NULL DEFAULT 0,  --   of those, the ones that came by webhook
  attempts   INTEGER NOT NULL DEFAULT 0,  -- failures in a row
  not_before INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,                        -- a code, never a body
  found      INTEGER NOT NULL DEFAULT 0,  -- missing ones of all checks
  silent     INTEGER NOT NULL DEFAULT 0,  -- 1: the last check compared some, and none had come by webhook
  completed  INTEGER                      -- when the last one ended
);

-- What ends by its age is found by it.
CREATE INDEX object_tombstone ON object (stale_before_s, id) WHERE deleted = 1;
CREATE INDEX previous_value_kept ON previous_value (kept);
-- Whose lists an element stands in, once it is gone itself.
CREATE INDEX element_id ON element (id);
