//! Bringing a database to the newest schema, one version a transaction.

use crate::error::EngineError;
use crate::port::{Millis, Sql, SqlError, Statements};

/// One version of a schema: what leads there from the version before.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// From 1, without gaps.
    pub version: i64,
    /// Statements, each ended by `;`, with `--` comments and no string literal that holds either.
    pub sql: &'static str,
}

/// Brings the database to the newest of `migrations`. Does nothing where it already is there.
///
/// # Errors
/// A refused statement, of whose version nothing is left, or a database of a newer Daicho.
pub fn migrate(sql: &impl Sql, migrations: &[Migration], now: Millis) -> Result<(), EngineError> {
    let found = version(sql)?;
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    if found > known {
        return Err(EngineError::NewerSchema { found, known });
    }
    for migration in migrations.iter().filter(|migration| migration.version > found) {
        sql.transaction(|tx| apply(tx, migration, now))?;
    }
    Ok(())
}

fn version(sql: &impl Sql) -> Result<i64, SqlError> {
    let table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'";
    if sql.read(table, &[])?.is_empty() {
        return Ok(0);
    }
    let rows = sql.read("SELECT max(version) FROM migration", &[])?;
    Ok(rows.first().map_or(Ok(None), |row| row.optional_integer(0))?.unwrap_or(0))
}

fn apply(tx: &dyn Statements, migration: &Migration, now: Millis) -> Result<(), SqlError> {
    tx.exec(
        "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied INTEGER NOT NULL)",
        &[],
    )?;
    for statement in statements(migration.sql) {
        tx.exec(&statement, &[])?;
    }
    let mark = "INSERT INTO migration (version, applied) VALUES (?1, ?2)";
    tx.exec(mark, &[migration.version.into(), now.into()]).map(drop)
}

/// The statements of a script; the port takes one at a time.
fn statements(script: &str) -> Vec<String> {
    let code: String = script
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default().trim_end())
        .fold(String::new(), |mut code, line| {
            code.push_str(line);
            code.push('\n');
            code
        });
    code.split(';').map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::rusqlite::Rusqlite;
    use crate::store::TENANT;

    #[test]
    fn a_comment_with_a_semicolon_ends_no_statement() {
        assert_eq!(statements("-- a; b\nCREATE x; -- c;\n\nDROP y;"), ["CREATE x", "DROP y"]);
    }

    #[test]
    fn versions_have_no_gaps() {
        let versions: Vec<i64> = TENANT.iter().map(|migration| migration.version).collect();
        let expected: Vec<i64> = (1..).take(TENANT.len()).collect();
        assert_eq!(versions, expected);
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let sql = Rusqlite::in_memory().unwrap();
        migrate(&sql, TENANT, 1).unwrap();
        migrate(&sql, TENANT, 2).unwrap();
        assert_eq!(
            sql.read("SELECT count(*), max(applied) FROM migration", &[]).unwrap()[0].integer(1),
            Ok(1)
        );
    }

    #[test]
    fn a_failed_version_leaves_nothing_and_keeps_those_before() {
        let sql = Rusqlite::in_memory().unwrap();
        let broken = [
            Migration { version: 1, sql: "CREATE TABLE a (x);" },
            Migration { version: 2, sql: "CREATE TABLE b (x); CREATE TABLE a (x);" },
        ];
        assert!(migrate(&sql, &broken, 1).is_err());
        assert_eq!(version(&sql), Ok(1));
        assert!(sql.read("SELECT * FROM a", &[]).is_ok());
        assert!(sql.read("SELECT * FROM b", &[]).is_err());
    }

    #[test]
    fn values_that_were_kept_before_numbers_were_an_apps_own_are_those_of_the_targets_app() {
        let sql = Rusqlite::in_memory().unwrap();
        let (before, after) = TENANT.split_at(10);
        migrate(&sql, before, 1).unwrap();
        sql.transaction(|tx| {
            let bound = "INSERT INTO binding (target, domain, app, state, since)
                         VALUES ('t', 'example.cybozu.com', 7, 'active', 1)";
            tx.exec(bound, &[])?;
            let kept = "INSERT INTO previous_value (target, record_id, record, kept, overwritten)
                        VALUES ('t', '5', '{}', 3, 0), ('gone', '6', '{}', 4, 1)";
            tx.exec(kept, &[])
        })
        .unwrap();
        assert_eq!(after.first().map(|migration| migration.version), Some(11));
        migrate(&sql, TENANT, 2).unwrap();
        let text = "SELECT target || '|' || app || '|' || record_id || '|' || kept || '|' || overwritten
                    FROM previous_value ORDER BY kept";
        let rows = sql.read(text, &[]).unwrap();
        let rows: Vec<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(rows, ["t|example.cybozu.com/-/7|5|3|0", "gone||6|4|1"]);
    }

    #[test]
    fn a_database_of_a_newer_daicho_is_left_alone() {
        let sql = Rusqlite::in_memory().unwrap();
        let newer = [Migration { version: 99, sql: "CREATE TABLE z (x);" }];
        migrate(&sql, &newer, 1).unwrap();
        let known = TENANT.last().map_or(0, |newest| newest.version);
        assert_eq!(migrate(&sql, TENANT, 1), Err(EngineError::NewerSchema { found: 99, known }));
    }
}
