//! The tenant's database: SQLite with the limits of a Durable Object.

/// A bound parameter or a column.
///
/// Integers cross JavaScript as doubles, so adapters refuse those beyond ±2^53.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL
    Null,
    /// INTEGER
    Integer(i64),
    /// REAL
    Real(f64),
    /// TEXT
    Text(String),
    /// BLOB
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("SQL failed: {reason}")]
pub struct SqlError {
    /// SQLite's own words, without parameters.
    pub reason: String,
}

impl SqlError {
    /// An error with SQLite's own words.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// One row of an answer, by position.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The integer at `column`.
    ///
    /// # Errors
    /// The column is missing or is no integer: the statement and its reader disagree.
    pub fn integer(&self, column: usize) -> Result<i64, SqlError> {
        match self.0.get(column) {
            Some(Value::Integer(value)) => Ok(*value),
            other => Err(mismatch("an integer", column, other)),
        }
    }

    /// The integer at `column`, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, SqlError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.integer(column).map(Some),
        }
    }

    /// The text at `column`.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn text(&self, column: usize) -> Result<&str, SqlError> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value),
            other => Err(mismatch("text", column, other)),
        }
    }

    /// The text at `column`, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, SqlError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// The bytes at `column`.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn blob(&self, column: usize) -> Result<&[u8], SqlError> {
        match self.0.get(column) {
            Some(Value::Blob(value)) => Ok(value),
            other => Err(mismatch("bytes", column, other)),
        }
    }
}

fn mismatch(expected: &str, column: usize, found: Option<&Value>) -> SqlError {
    let found = match found {
        None => "nothing",
        Some(Value::Null) => "NULL",
        Some(Value::Integer(_)) => "an integer",
        Some(Value::Real(_)) => "a real",
        Some(Value::Text(_)) => "text",
        Some(Value::Blob(_)) => "bytes",
    };
    SqlError::new(format!("column {column} should hold {expected} and holds {found}"))
}

/// Statements inside a transaction.
pub trait Statements {
    /// Runs one statement with at most 100 parameters and returns all its rows.
    ///
    /// # Errors
    /// SQLite's refusal. The transaction may go on or be given up.
    fn exec(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError>;
}

/// The tenant's database.
pub trait Sql {
    /// Runs `step` as one transaction: an `Err` or a panic rolls all of it back. The only way to write.
    ///
    /// # Errors
    /// Whatever `step` answers, or the refusal to commit.
    fn transaction<T, E: From<SqlError>>(
        &self,
        step: impl FnOnce(&dyn Statements) -> Result<T, E>,
    ) -> Result<T, E>;

    /// Runs one reading statement.
    ///
    /// # Errors
    /// SQLite's refusal.
    fn read(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError>;
}

/// Reading, inside a transaction or outside one.
pub trait Query {
    /// Runs one reading statement and returns all its rows.
    ///
    /// # Errors
    /// SQLite's refusal.
    fn query(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError>;
}

impl<T: Sql> Query for T {
    fn query(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.read(sql, parameters)
    }
}

impl Query for dyn Statements + '_ {
    fn query(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.exec(sql, parameters)
    }
}
