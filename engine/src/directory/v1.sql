-- The directory, version 1: which tenants there are and which apps they write to.

CREATE TABLE tenant (
  account TEXT NOT NULL,
  mode    TEXT NOT NULL,                  -- live | test
  since   INTEGER NOT NULL,
  PRIMARY KEY (account, mode)
) WITHOUT ROWID;

CREATE TABLE claim (
  app     TEXT PRIMARY KEY,               -- domain without .s / guest space or - / app
  account TEXT NOT NULL,
  mode    TEXT NOT NULL,
  since   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX claim_tenant ON claim (account, mode);
