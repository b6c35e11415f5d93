-- Version 10: the number of a dead letter is never used again, so that whoever still sees an old one acts on no other.

CREATE TABLE dead_letter_numbered (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL,                -- event | record
  target      TEXT NOT NULL DEFAULT '',
  object_id   TEXT NOT NULL DEFAULT '',
  event_id    TEXT NOT NULL DEFAULT '',
  code        TEXT NOT NULL,
  field       TEXT,
  text_ja     TEXT NOT NULL,
  text_en     TEXT NOT NULL,
  first       INTEGER NOT NULL,
  last        INTEGER NOT NULL,
  attempts    INTEGER NOT NULL,
  payload     TEXT,
  object_kind TEXT,
  UNIQUE (kind, target, object_id, event_id)
);
INSERT INTO dead_letter_numbered (id, kind, target, object_id, event_id, code, field, text_ja, text_en, first, last,
    attempts, payload, object_kind)
  SELECT id, kind, target, object_id, event_id, code, field, text_ja, text_en, first, last, attempts, payload,
    object_kind FROM dead_letter;
DROP TABLE dead_letter;
ALTER TABLE dead_letter_numbered RENAME TO dead_letter;
CREATE INDEX dead_letter_kind ON dead_letter (target, code, last);
CREATE INDEX dead_letter_payload ON dead_letter (last) WHERE payload IS NOT NULL;
