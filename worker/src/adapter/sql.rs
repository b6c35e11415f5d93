//! The `Sql` port on the object's own SQLite.

use daicho_engine::port::{Row, Sql, SqlError, Statements, Value};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::Storage;
use super::storage::SqlStorage;

/// A Durable Object's SQLite refuses more bound parameters.
const MOST_PARAMETERS: usize = 100;

/// The largest integer that a JavaScript number holds with all those below it.
const SAFE_INTEGER: i64 = 1 << 53;

/// The object's SQLite.
pub struct ObjectSql {
    storage: Storage,
    statements: ObjectStatements,
}

struct ObjectStatements {
    sql: SqlStorage,
}

impl ObjectSql {
    /// The SQLite behind `storage`.
    ///
    /// # Errors
    /// The object's class was not migrated with `new_sqlite_classes`.
    pub fn new(storage: Storage) -> Result<Self, SqlError> {
        let sql = storage.sql().map_err(|thrown| refusal(&thrown))?;
        Ok(Self { storage, statements: ObjectStatements { sql } })
    }
}

impl Sql for ObjectSql {
    fn transaction<T, E: From<SqlError>>(
        &self,
        step: impl FnOnce(&dyn Statements) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut step = Some(step);
        let mut outcome = None;
        let mut entry = || {
            let Some(step) = step.take() else { return Err(JsValue::from("a step runs once")) };
            let result = step(&self.statements);
            let verdict = match &result {
                Ok(_) => Ok(JsValue::UNDEFINED),
                // Thrown only so that `transactionSync` rolls back; the typed error is in `outcome`.
                Err(_) => Err(js_sys::Error::new("rolled back").into()),
            };
            outcome = Some(result);
            verdict
        };
        let committed = self.storage.transaction_sync(&mut entry);
        match (committed, outcome) {
            (_, Some(Err(error))) => Err(error),
            (Ok(_), Some(Ok(answer))) => Ok(answer),
            (Err(refused), Some(Ok(_))) => Err(refusal(&refused).into()),
            // The step began and never returned: it trapped, and this instance is dead. `catch` has
            // caught the trap like any exception; it must go on its way.
            (Err(trap), None) if step.is_none() => wasm_bindgen::throw_val(trap),
            (Err(refused), None) => Err(refusal(&refused).into()),
            (Ok(_), None) => Err(SqlError::new("the step did not run").into()),
        }
    }

    fn read(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.statements.exec(sql, parameters)
    }
}

impl Statements for ObjectStatements {
    fn exec(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        if parameters.len() > MOST_PARAMETERS {
            return Err(SqlError::new(format!(
                "{} parameters are bound; at most {MOST_PARAMETERS} are allowed",
                parameters.len()
            )));
        }
        let bound = Array::new();
        for parameter in parameters {
            bound.push(&to_js(parameter)?);
        }
        let rows = self
            .sql
            .exec(sql, &bound)
            .and_then(|cursor| cursor.raw())
            .and_then(|rows| rows.to_array())
            .map_err(|thrown| refusal(&thrown))?;
        rows.iter().map(|row| from_js_row(row.unchecked_ref())).collect()
    }
}

fn to_js(value: &Value) -> Result<JsValue, SqlError> {
    Ok(match value {
        Value::Null => JsValue::NULL,
        Value::Integer(integer) if integer.unsigned_abs() > SAFE_INTEGER.unsigned_abs() => {
            return Err(SqlError::new("an integer beyond ±2^53 does not pass through JavaScript"));
        }
        #[expect(clippy::cast_precision_loss, reason = "checked above")]
        Value::Integer(integer) => JsValue::from(*integer as f64),
        Value::Real(real) => JsValue::from(*real),
        Value::Text(text) => JsValue::from(text.as_str()),
        Value::Blob(bytes) => Uint8Array::from(bytes.as_slice()).into(),
    })
}

fn from_js_row(columns: &Array) -> Result<Row, SqlError> {
    columns.iter().map(|column| from_js(&column)).collect::<Result<_, _>>().map(Row)
}

/// SQLite's type of a number is lost on the way: a REAL without a fraction comes back as an integer.
fn from_js(column: &JsValue) -> Result<Value, SqlError> {
    if column.is_null() || column.is_undefined() {
        Ok(Value::Null)
    } else if let Some(number) = column.as_f64() {
        Ok(from_number(number))
    } else if let Some(text) = column.as_string() {
        Ok(Value::Text(text))
    } else if let Some(buffer) = column.dyn_ref::<ArrayBuffer>() {
        Ok(Value::Blob(Uint8Array::new(buffer).to_vec()))
    } else {
        Err(SqlError::new("a column holds a value of no type that SQLite has"))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "within ±2^53 and without a fraction the conversion is exact"
)]
fn from_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= SAFE_INTEGER as f64 {
        Value::Integer(number as i64)
    } else {
        Value::Real(number)
    }
}

/// SQLite's words. They name tables and columns and never bound values.
fn refusal(thrown: &JsValue) -> SqlError {
    let reason = thrown
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| String::from("the runtime refused it"), |error| error.message().into());
    SqlError::new(reason)
}
