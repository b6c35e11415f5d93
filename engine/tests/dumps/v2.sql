CREATE TABLE binding (
  target      TEXT PRIMARY KEY,
  domain      TEXT NOT NULL,
  guest_space INTEGER,
  app         INTEGER NOT NULL,
  state       TEXT NOT NULL,
  reason      TEXT,
  found       INTEGER,
  waived_by   TEXT,
  verified    INTEGER NOT NULL DEFAULT 0,
  attempts    INTEGER NOT NULL DEFAULT 0,
  not_before  INTEGER NOT NULL DEFAULT 0,
  since       INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO binding VALUES ('records', 'example.cybozu.com', NULL, 1, 'active', NULL, 0, NULL, 1, 0, 0, 1795348800300);
CREATE TABLE dead_letter (
  id        INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,
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
CREATE TABLE depends (
  on_id     TEXT NOT NULL,
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  PRIMARY KEY (on_id, target, object_id)
) WITHOUT ROWID;
CREATE TABLE dirty (
  target     TEXT NOT NULL,
  object_id  TEXT NOT NULL,
  version    INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  unknown    INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  PRIMARY KEY (target, object_id)
) WITHOUT ROWID;
CREATE TABLE document (
  name    TEXT PRIMARY KEY,
  body    TEXT NOT NULL,
  etag    TEXT NOT NULL,
  updated INTEGER NOT NULL,
  by      TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO document VALUES ('connections', '{"stripe_key_ref":"stripe_key","apps":{"records":{"domain":"example.cybozu.com","app":1,"token_refs":["kintone"]}}}', '81426937f60751a152120e9c09eb639861194b31659f0bac1819d2ed024756d7', 1795348800300, 'test');
INSERT INTO document VALUES ('mapping', '{"version":1,"targets":{"records":{"source":"customer","app":"records","key":{"field":"id"},"fields":[{"field":"name","value":{"path":"name"}},{"field":"note","value":{"path":"description"}}]}}}', 'dac00816947bcbfda90b8cc1e99fe3a658e59a1be62cc88861dd668799f4ad78', 1795348800000, 'test');
CREATE TABLE fan_out (
  on_id     TEXT PRIMARY KEY,
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE form (
  app      TEXT PRIMARY KEY,
  form     TEXT NOT NULL,
  settings TEXT,
  read_at  INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO form VALUES ('example.cybozu.com/-/1', '{"properties":{"id":{"code":"id","label":"id","type":"SINGLE_LINE_TEXT","required":false,"unique":true,"defaultValue":""},"name":{"code":"name","label":"name","type":"SINGLE_LINE_TEXT","required":false,"unique":false,"defaultValue":""},"note":{"code":"note","label":"note","type":"SINGLE_LINE_TEXT","required":false,"unique":false,"defaultValue":""},"カテゴリー":{"code":"カテゴリー","label":"カテゴリー","type":"CATEGORY","required":false,"unique":false},"ステータス":{"code":"ステータス","label":"ステータス","type":"STATUS","required":false,"unique":false},"レコード番号":{"code":"レコード番号","label":"レコード番号","type":"RECORD_NUMBER","required":false,"unique":false},"作成日時":{"code":"作成日時","label":"作成日時","type":"CREATED_TIME","required":false,"unique":false},"作成者":{"code":"作成者","label":"作成者","type":"CREATOR","required":false,"unique":false},"作業者":{"code":"作業者","label":"作業者","type":"STATUS_ASSIGNEE","required":false,"unique":false},"更新日時":{"code":"更新日時","label":"更新日時","type":"UPDATED_TIME","required":false,"unique":false},"更新者":{"code":"更新者","label":"更新者","type":"MODIFIER","required":false,"unique":false}},"revision":"1"}', '{"name":"Customers","description":"","icon":{"type":"PRESET","key":"APP72"},"theme":"WHITE","titleField":{"selectionMode":"AUTO"},"enableThumbnails":true,"enableBulkDeletion":false,"enableComments":true,"enableDuplicateRecord":true,"enableInlineRecordEditing":true,"numberPrecision":{"digits":"16","decimalPlaces":"4","roundingMode":"HALF_EVEN"},"firstMonthOfFiscalYear":"4","revision":"1"}', 1795348800200);
CREATE TABLE in_flight (
  id      INTEGER PRIMARY KEY,
  target  TEXT NOT NULL,
  sent    INTEGER NOT NULL,
  objects TEXT NOT NULL
);
CREATE TABLE inbox (
  seq       INTEGER PRIMARY KEY,
  event_id  TEXT NOT NULL UNIQUE,
  type      TEXT NOT NULL,
  created_s INTEGER NOT NULL,
  received  INTEGER NOT NULL,
  status    TEXT NOT NULL,
  attempts  INTEGER NOT NULL DEFAULT 0,
  payload   TEXT
);
INSERT INTO inbox VALUES (1, 'evt_1ApHpFELKFSm2ajlU1kQh8BO', 'customer.created', 1795348800, 1795348800300, 'observed', 1, NULL);
INSERT INTO inbox VALUES (2, 'evt_1Bw0O8uINq6ADvorFkFJB8fZ', 'product.created', 1795348800, 1795348800300, 'ignored', 1, NULL);
INSERT INTO inbox VALUES (3, 'evt_1Qh58ST7Zmln3HWDAdrAqcXX', 'customer.created', 1795348800, 1795348800500, 'waiting', 0, '{
  "id": "evt_1Qh58ST7Zmln3HWDAdrAqcXX",
  "object": "event",
  "api_version": "2026-10-28.endive",
  "created": 1795348800,
  "data": {
    "object": {
      "id": "cus_g1CdZXHYYwqQRy",
      "object": "customer",
      "address": null,
      "balance": 0,
      "created": 1795348800,
      "currency": null,
      "default_source": null,
      "delinquent": false,
      "description": null,
      "discount": null,
      "email": null,
      "invoice_prefix": "SOTAY6NT",
      "invoice_settings": {
        "custom_fields": null,
        "default_payment_method": null,
        "footer": null,
        "rendering_options": null
      },
      "livemode": false,
      "metadata": {},
      "name": "waiting",
      "next_invoice_sequence": 1,
      "phone": null,
      "preferred_locales": [],
      "shipping": null,
      "tax_exempt": "none",
      "test_clock": null
    }
  },
  "livemode": false,
  "pending_webhooks": 1,
  "request": {
    "id": "req_uqwWfd00BjGohP",
    "idempotency_key": null
  },
  "type": "customer.created"
}');
CREATE TABLE list (
  id       TEXT PRIMARY KEY,
  complete INTEGER NOT NULL DEFAULT 0,
  after    TEXT
) WITHOUT ROWID;
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES ('event_api_version', '2026-10-28.endive');
CREATE TABLE migration (version INTEGER PRIMARY KEY, applied INTEGER NOT NULL);
INSERT INTO migration VALUES (1, 1795348800000);
INSERT INTO migration VALUES (2, 1795348800000);
CREATE TABLE object (
  id             TEXT PRIMARY KEY,
  kind           TEXT NOT NULL,
  json           TEXT,
  deleted        INTEGER NOT NULL DEFAULT 0,
  stale_before_s INTEGER NOT NULL,
  unsure_to_s    INTEGER NOT NULL,
  version        INTEGER NOT NULL
, customer TEXT) WITHOUT ROWID;
INSERT INTO object VALUES ('cus_ogpZRWr5EB5n4L', 'customer', '{
      "id": "cus_ogpZRWr5EB5n4L",
      "object": "customer",
      "address": null,
      "balance": 0,
      "created": 1795348800,
      "currency": null,
      "default_source": null,
      "delinquent": false,
      "description": null,
      "discount": null,
      "email": null,
      "invoice_prefix": "RJJCI8PM",
      "invoice_settings": {
        "custom_fields": null,
        "default_payment_method": null,
        "footer": null,
        "rendering_options": null
      },
      "livemode": false,
      "metadata": {},
      "name": "written",
      "next_invoice_sequence": 1,
      "phone": null,
      "preferred_locales": [],
      "shipping": null,
      "tax_exempt": "none",
      "test_clock": null
    }', 0, 1795348800, 1795348800, 1, NULL);
CREATE TABLE previous_value (
  target    TEXT NOT NULL,
  record_id TEXT NOT NULL,
  record    TEXT NOT NULL,
  kept      INTEGER NOT NULL,
  PRIMARY KEY (target, record_id)
) WITHOUT ROWID;
CREATE TABLE read (
  object_id  TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  version    INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  last_error TEXT
) WITHOUT ROWID;
CREATE TABLE record (
  target    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  key       TEXT NOT NULL,
  record_id TEXT,
  revision  TEXT,
  hash      TEXT,
  written   INTEGER,
  PRIMARY KEY (target, object_id)
) WITHOUT ROWID;
INSERT INTO record VALUES ('records', 'cus_ogpZRWr5EB5n4L', 'cus_ogpZRWr5EB5n4L', '1', '1', 'd511249c52c891e0d4e00f2ea553d7d967aaf26bb3f030ccdd3a8b3071c4fd8b', 1795348800400);
CREATE TABLE request_count (
  app   TEXT NOT NULL,
  day   TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (app, day)
) WITHOUT ROWID;
INSERT INTO request_count VALUES ('example.cybozu.com/-/1', '2026-11-22', 5);
CREATE TABLE secret (
  name    TEXT PRIMARY KEY,
  key_id  TEXT NOT NULL,
  nonce   BLOB NOT NULL,
  sealed  BLOB NOT NULL,
  updated INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO secret VALUES ('kintone', 'k1', X'86461AF303BB583DB0E16F4D', X'895AE98CB12326853D6E9FC2DF28B5DE85221E6AFC', 1795348800000);
INSERT INTO secret VALUES ('stripe_key', 'k1', X'B1BED1B6CDBD33A83DFEB5AA', X'E343A16C4D9B5D40CD9F79A9787D44837EF508865F5DD778E70B122222B1F7', 1795348800000);
CREATE TABLE timer (
  name TEXT PRIMARY KEY,
  due  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX depends_of ON depends (target, object_id);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE status = 'waiting';
CREATE INDEX object_customer ON object (customer, kind) WHERE customer IS NOT NULL;
