//! The Sql port on rusqlite, under the limits of a Durable Object: tests and the simulation.
//!
//! The limits are those of Cloudflare's documentation (100 parameters, 2 MB a value or row, 50 bytes
//! a LIKE pattern, 100 KB a statement) and of what was seen on workerd: integers cross JavaScript
//! as doubles, and transactions are begun by the storage API only.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ToSql};

use super::{Row, Sql, SqlError, Statements, Value};

/// JavaScript's largest safe integer is one less; 2^53 itself still crosses unharmed.
const LARGEST_INTEGER: u64 = 1 << 53;

/// A SQLite database on this machine.
pub struct Rusqlite {
    connection: Connection,
    in_transaction: Cell<bool>,
    /// Rows written of each table.
    written: RefCell<BTreeMap<String, u64>>,
}

/// What has been written, as Cloudflare counts it: a row of an index is a written row too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowsWritten {
    /// Rows of tables, by SQLite's own counter.
    pub rows: u64,
    /// Rows of indexes if each row that was written had changed all indexes of its table, which is
    /// more than what happens: an update leaves most alone, and partial ones hold few rows.
    pub index_entries_at_most: u64,
}

impl Rusqlite {
    /// A database that ends with this value.
    ///
    /// # Errors
    /// SQLite's refusal.
    pub fn in_memory() -> Result<Self, SqlError> {
        Self::over(Connection::open_in_memory().map_err(reason)?)
    }

    /// The database in a file, made where there is none.
    ///
    /// # Errors
    /// SQLite's refusal, for example of the path.
    pub fn open(path: &Path) -> Result<Self, SqlError> {
        Self::over(Connection::open(path).map_err(reason)?)
    }

    /// Runs the statements of a dump, beyond all limits and transactions.
    ///
    /// # Errors
    /// SQLite's refusal.
    pub fn restore(&self, dump: &str) -> Result<(), SqlError> {
        self.connection.execute_batch(dump).map_err(reason)
    }

    /// Takes the rows out of every table but `kept`: the tables are as if just made, and what is prepared
    /// stays prepared.
    ///
    /// # Errors
    /// SQLite's refusal.
    pub fn empty(&self, kept: &str) -> Result<(), SqlError> {
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> ?1";
        let tables = self.read(tables, &[kept.into()])?;
        self.transaction(|tx| {
            tables.iter().try_for_each(|row| tx.exec(&format!("DELETE FROM {}", row.text(0)?), &[]).map(drop))
        })?;
        self.written.borrow_mut().clear();
        Ok(())
    }

    /// What has been written so far, also by transactions that were rolled back.
    #[must_use]
    pub fn rows_written(&self) -> RowsWritten {
        let mut total = RowsWritten::default();
        for (table, rows) in self.written.borrow().iter() {
            total.rows += rows;
            total.index_entries_at_most += rows * self.indexes_of(table);
        }
        total
    }

    /// The indexes of a table. That of a primary key in a table without row ids is the table itself.
    fn indexes_of(&self, table: &str) -> u64 {
        let sql = "SELECT count(*) FROM pragma_index_list(?1) WHERE origin <> 'pk'
                   OR NOT (SELECT wr FROM pragma_table_list(?1))";
        let count = self.connection.query_row(sql, [table], |row| row.get::<_, u32>(0));
        count.map(u64::from).unwrap_or_default()
    }

    fn over(connection: Connection) -> Result<Self, SqlError> {
        let limits = [
            (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (Limit::SQLITE_LIMIT_COLUMN, 100),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
            (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        ];
        for (limit, value) in limits {
            connection.set_limit(limit, value).map_err(reason)?;
        }
        // No plan depends on what is bound: else SQLite would prepare a statement anew for every value of a
        // `LIMIT ?1`.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(reason)?;
        // More than the engine has statements: each is prepared once.
        connection.set_prepared_statement_cache_capacity(500);
        Ok(Self { connection, in_transaction: Cell::new(false), written: RefCell::default() })
    }

    fn run(&self, sql: &str, parameters: &[Value], reading: bool) -> Result<Vec<Row>, SqlError> {
        refuse_control(sql)?;
        if parameters.len() > 100 {
            return Err(SqlError::new("too many SQL variables"));
        }
        let before = self.connection.total_changes();
        let mut statement = self.connection.prepare_cached(sql).map_err(reason)?;
        if reading && !statement.readonly() {
            return Err(SqlError::new("a writing statement outside a transaction"));
        }
        for (index, value) in parameters.iter().enumerate() {
            refuse_wide_integer(value)?;
            statement.raw_bind_parameter(index + 1, value).map_err(reason)?;
        }
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(reason)? {
            let values = (0..columns).map(|column| row.get_ref(column).map_err(reason).and_then(from_sqlite));
            found.push(Row(values.collect::<Result<_, _>>()?));
        }
        let changed = self.connection.total_changes() - before;
        if changed > 0 {
            *self.written.borrow_mut().entry(table_of(sql)).or_default() += changed;
        }
        Ok(found)
    }
}

impl Sql for Rusqlite {
    fn transaction<T, E: From<SqlError>>(
        &self,
        step: impl FnOnce(&dyn Statements) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.in_transaction.replace(true) {
            return Err(SqlError::new("a transaction inside a transaction").into());
        }
        // Dropped last, after the roll-back of a step that failed or panicked.
        let _ended = Ended(&self.in_transaction);
        let transaction = self.connection.unchecked_transaction().map_err(reason)?;
        let done = step(&Open(self))?;
        transaction.commit().map_err(reason)?;
        Ok(done)
    }

    fn read(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.run(sql, parameters, true)
    }
}

/// The statements of the transaction that is open.
struct Open<'a>(&'a Rusqlite);

impl Statements for Open<'_> {
    fn exec(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.0.run(sql, parameters, false)
    }
}

struct Ended<'a>(&'a Cell<bool>);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// The table that a statement writes to: the word after `INTO`, `UPDATE` or `FROM`.
fn table_of(sql: &str) -> String {
    let mut words = sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let is_before =
        |word: &&str| ["INTO", "UPDATE", "FROM"].iter().any(|known| known.eq_ignore_ascii_case(word));
    words.by_ref().find(is_before);
    words.next().unwrap_or_default().to_owned()
}

fn refuse_control(sql: &str) -> Result<(), SqlError> {
    const CONTROL: [&str; 7] = ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "ATTACH"];
    let first = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    match CONTROL.iter().find(|word| word.eq_ignore_ascii_case(first)) {
        Some(word) => Err(SqlError::new(format!("{word} is refused: use the transaction of the port"))),
        None => Ok(()),
    }
}

fn refuse_wide_integer(value: &Value) -> Result<(), SqlError> {
    match value {
        Value::Integer(value) if value.unsigned_abs() > LARGEST_INTEGER => {
            Err(SqlError::new("an integer beyond 2^53 would be changed on its way through JavaScript"))
        }
        _ => Ok(()),
    }
}

fn from_sqlite(value: ValueRef<'_>) -> Result<Value, SqlError> {
    let value = match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Real(value) => Value::Real(value),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => {
                return Err(SqlError::new("a text column holds bytes that are not UTF-8"));
            }
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
    };
    refuse_wide_integer(&value).map(|()| value)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        let value = match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        };
        Ok(rusqlite::types::ToSqlOutput::Borrowed(value))
    }
}

fn reason(error: rusqlite::Error) -> SqlError {
    match error {
        rusqlite::Error::SqliteFailure(failure, None) => SqlError::new(failure.to_string()),
        rusqlite::Error::SqliteFailure(_, Some(words)) => SqlError::new(words),
        // Other variants may quote a statement's parameters or a row's values.
        rusqlite::Error::SqlInputError { msg, .. } => SqlError::new(msg),
        rusqlite::Error::MultipleStatement => SqlError::new("more than one statement"),
        other => SqlError::new(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Rusqlite {
        let sql = Rusqlite::in_memory().unwrap();
        let made: Result<_, SqlError> = sql.transaction(|tx| tx.exec("CREATE TABLE t (x)", &[]));
        made.unwrap();
        sql
    }

    fn count(sql: &Rusqlite) -> i64 {
        sql.read("SELECT count(*) FROM t", &[]).unwrap()[0].integer(0).unwrap()
    }

    #[test]
    fn a_panic_rolls_everything_back_and_the_next_transaction_works() {
        let sql = filled();
        let step = std::panic::AssertUnwindSafe(|| {
            sql.transaction(|tx| -> Result<(), SqlError> {
                tx.exec("INSERT INTO t VALUES (1)", &[])?;
                panic!("midway")
            })
        });
        assert!(std::panic::catch_unwind(step).is_err());
        assert_eq!(count(&sql), 0);
        let next: Result<_, SqlError> = sql.transaction(|tx| tx.exec("INSERT INTO t VALUES (1)", &[]));
        next.unwrap();
        assert_eq!(count(&sql), 1);
    }

    #[test]
    fn a_bound_limit_does_not_prepare_its_statement_anew() {
        let sql = filled();
        let text = "SELECT x FROM t LIMIT ?1";
        for limit in 1..4 {
            sql.read(text, &[Value::Integer(limit)]).unwrap();
        }
        let statement = sql.connection.prepare_cached(text).unwrap();
        assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
    }

    #[test]
    fn an_emptied_database_keeps_its_tables_and_numbers_rows_from_the_beginning() {
        let sql = Rusqlite::in_memory().unwrap();
        let run = |statement: &str| {
            let done: Result<_, SqlError> = sql.transaction(|tx| tx.exec(statement, &[]));
            done.unwrap()
        };
        run("CREATE TABLE t (seq INTEGER PRIMARY KEY AUTOINCREMENT)");
        run("CREATE TABLE version (x)");
        run("INSERT INTO version VALUES (7)");
        run("INSERT INTO t VALUES (NULL), (NULL)");
        sql.empty("version").unwrap();
        assert_eq!((count(&sql), sql.rows_written()), (0, RowsWritten::default()));
        assert_eq!(run("INSERT INTO t VALUES (NULL) RETURNING seq"), [Row(vec![Value::Integer(1)])]);
        assert_eq!(run("SELECT x FROM version"), [Row(vec![Value::Integer(7)])]);
    }

    #[test]
    fn a_value_over_2_mb_is_refused() {
        let sql = filled();
        let insert = |length: usize| -> Result<_, SqlError> {
            sql.transaction(|tx| tx.exec("INSERT INTO t VALUES (?1)", &["x".repeat(length).into()]))
        };
        assert!(insert(1_900_000).is_ok());
        assert!(insert(2_000_001).is_err());
    }

    #[test]
    fn an_integer_that_javascript_would_change_is_refused_both_ways() {
        let sql = filled();
        let wide = (1 << 53) + 1;
        assert!(sql.read("SELECT ?1", &[Value::Integer(wide)]).is_err());
        assert!(sql.read("SELECT 9007199254740993", &[]).is_err());
    }

    #[test]
    fn written_rows_are_counted_with_those_of_indexes() {
        let sql = Rusqlite::in_memory().unwrap();
        let run = |statement: &str| {
            let done: Result<_, SqlError> = sql.transaction(|tx| tx.exec(statement, &[]));
            done.unwrap();
        };
        run("CREATE TABLE t (id TEXT PRIMARY KEY, x, y) WITHOUT ROWID");
        run("CREATE INDEX t_x ON t (x)");
        run("CREATE TABLE u (seq INTEGER PRIMARY KEY, id TEXT UNIQUE)");
        assert_eq!(sql.rows_written(), RowsWritten::default());
        run("INSERT INTO t VALUES ('a', 1, 1), ('b', 2, 2)");
        assert_eq!(sql.rows_written(), RowsWritten { rows: 2, index_entries_at_most: 2 });
        run("INSERT INTO u VALUES (1, 'a')");
        run("UPDATE t SET y = 3 WHERE id = 'a'");
        run("DELETE FROM t WHERE id = 'none'");
        assert_eq!(sql.rows_written(), RowsWritten { rows: 4, index_entries_at_most: 4 });
        sql.read("SELECT * FROM t", &[]).unwrap();
        run("DELETE FROM t");
        assert_eq!(sql.rows_written(), RowsWritten { rows: 6, index_entries_at_most: 6 });
    }

    #[test]
    fn writing_needs_a_transaction_and_one_does_not_nest() {
        let sql = filled();
        assert!(sql.read("INSERT INTO t VALUES (1)", &[]).is_err());
        let nested: Result<(), SqlError> =
            sql.transaction(|_| sql.transaction(|tx| tx.exec("INSERT INTO t VALUES (1)", &[]).map(drop)));
        assert!(nested.is_err());
        assert_eq!(count(&sql), 0);
    }
}
