-- Version 2: what a projection gathers beside its object. Related objects of every kind are rows of
-- `object`; here stands who looks at them, and which lists of a customer are known whole.

-- The customer that a subscription, invoice, charge or tax id belongs to: its place in that customer's lists.
ALTER TABLE object ADD COLUMN customer TEXT;
UPDATE object SET customer = json ->> 'customer' WHERE kind IN ('subscription', 'invoice');
CREATE INDEX object_customer ON object (customer, kind) WHERE customer IS NOT NULL;

-- Which object of a target looks at what: once that changes, the object is marked dirty for the target.
CREATE TABLE depends (
  on_id     TEXT NOT NULL,                -- an object's id, or a list's: cus_1/charges
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,                -- as in `dirty`
  PRIMARY KEY (on_id, target, object_id)
) WITHOUT ROWID;
CREATE INDEX depends_of ON depends (target, object_id);

-- What changed and has more dependents than one step marks: where the next slice begins.
CREATE TABLE fan_out (
  on_id     TEXT PRIMARY KEY,
  target    TEXT NOT NULL,                -- the last one marked
  object_id TEXT NOT NULL
) WITHOUT ROWID;

-- A customer's lists that were asked for. From then on events keep them right; one read of all pages
-- brings in what was there before.
CREATE TABLE list (
  id       TEXT PRIMARY KEY,              -- cus_1/charges
  complete INTEGER NOT NULL DEFAULT 0,    -- 1: its last page was read
  after    TEXT                           -- the last object of the pages read so far
) WITHOUT ROWID;
