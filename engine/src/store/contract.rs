//! What every adapter of the Sql port must do, as checks that run wherever the adapter runs: natively
//! on rusqlite, in workerd on the Durable Object's storage.

use crate::port::{Sql, SqlError, Statements, Value};

/// How one check went.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CheckResult {
    /// What must hold.
    pub name: &'static str,
    /// What was seen instead; `None` when it holds.
    pub failure: Option<String>,
}

type Outcome = Result<(), String>;

/// Runs all checks in a table of their own, which is dropped at the end.
pub fn run(sql: &impl Sql) -> Vec<CheckResult> {
    let checks: [(&'static str, Outcome); 12] = [
        ("a table can be made and filled", set_up(sql)),
        ("values come back as they went in", values(sql)),
        ("rows come in their order", order(sql)),
        ("an Err rolls everything back", err_rolls_back(sql)),
        ("a refused statement may be caught and the transaction goes on", refusal_is_caught(sql)),
        ("a step sees its own writes", own_writes(sql)),
        ("what a step answers is handed on", answer(sql)),
        ("100 parameters are taken and 101 refused", parameters(sql)),
        ("transactions begin by the port only", control(sql)),
        ("a LIKE pattern of 60 bytes is refused", like(sql)),
        ("an upsert that changes nothing is no error", upsert(sql)),
        ("integers up to 2^53 come back exactly", integers(sql)),
    ];
    let mut results: Vec<CheckResult> =
        checks.into_iter().map(|(name, outcome)| CheckResult { name, failure: outcome.err() }).collect();
    let dropped = write(sql, "DROP TABLE contract", &[]);
    results.push(CheckResult { name: "a table can be dropped", failure: dropped.err() });
    results
}

fn words(error: SqlError) -> String {
    error.reason
}

fn write(sql: &impl Sql, statement: &str, parameters: &[Value]) -> Outcome {
    sql.transaction(|tx| tx.exec(statement, parameters).map(drop)).map_err(words)
}

fn insert(tx: &dyn Statements, id: i64, value: Value) -> Result<(), SqlError> {
    tx.exec("INSERT INTO contract (id, value) VALUES (?1, ?2)", &[id.into(), value]).map(drop)
}

fn ids(sql: &impl Sql) -> Result<Vec<i64>, String> {
    let rows = sql.read("SELECT id FROM contract ORDER BY id", &[]).map_err(words)?;
    rows.iter().map(|row| row.integer(0)).collect::<Result<_, _>>().map_err(words)
}

fn equal<T: PartialEq + std::fmt::Debug>(seen: &T, expected: &T) -> Outcome {
    if seen == expected { Ok(()) } else { Err(format!("{seen:?} where {expected:?} was expected")) }
}

fn set_up(sql: &impl Sql) -> Outcome {
    write(sql, "DROP TABLE IF EXISTS contract", &[])?;
    write(sql, "CREATE TABLE contract (id INTEGER PRIMARY KEY, value) ", &[])?;
    sql.transaction(|tx| insert(tx, 1, Value::Null)).map_err(words)?;
    equal(&ids(sql)?, &vec![1])
}

fn values(sql: &impl Sql) -> Outcome {
    let values = [
        Value::Null,
        Value::Integer(-7),
        Value::Real(0.5),
        Value::Text("請求書 é \"'; --".to_owned()),
        Value::Text(String::new()),
        Value::Blob(vec![0, 1, 255]),
    ];
    for value in values {
        write(sql, "UPDATE contract SET value = ?1 WHERE id = 1", std::slice::from_ref(&value))?;
        let rows = sql.read("SELECT value FROM contract WHERE id = 1", &[]).map_err(words)?;
        equal(&rows.first().and_then(|row| row.0.first()), &Some(&value))?;
    }
    Ok(())
}

fn order(sql: &impl Sql) -> Outcome {
    sql.transaction(|tx| [30, 10, 20].into_iter().try_for_each(|id| insert(tx, id, Value::Null)))
        .map_err(words)?;
    equal(&ids(sql)?, &vec![1, 10, 20, 30])
}

fn err_rolls_back(sql: &impl Sql) -> Outcome {
    let before = ids(sql)?;
    let outcome: Result<(), SqlError> = sql.transaction(|tx| {
        insert(tx, 40, Value::Null)?;
        tx.exec("DELETE FROM contract WHERE id = 1", &[])?;
        Err(SqlError::new("given up"))
    });
    equal(&outcome, &Err(SqlError::new("given up")))?;
    equal(&ids(sql)?, &before)
}

fn refusal_is_caught(sql: &impl Sql) -> Outcome {
    let refused = sql.transaction(|tx| {
        insert(tx, 50, Value::Null)?;
        let refused = insert(tx, 50, Value::Null).is_err();
        insert(tx, 51, Value::Null).map(|()| refused)
    });
    equal(&refused.map_err(words)?, &true)?;
    equal(&ids(sql)?, &vec![1, 10, 20, 30, 50, 51])
}

fn own_writes(sql: &impl Sql) -> Outcome {
    let seen = sql.transaction(|tx| {
        insert(tx, 60, "new".into())?;
        tx.exec("SELECT value FROM contract WHERE id = 60", &[])
    });
    let rows = seen.map_err(words)?;
    equal(&rows.first().map(|row| row.text(0)), &Some(Ok("new")))
}

fn answer(sql: &impl Sql) -> Outcome {
    equal(&sql.transaction(|_| Ok::<_, SqlError>(42)).map_err(words)?, &42)
}

fn parameters(sql: &impl Sql) -> Outcome {
    let ask = |count: usize| {
        let marks = vec!["?"; count].join(", ");
        sql.read(
            &format!("SELECT count(*) FROM contract WHERE id IN ({marks})"),
            &vec![Value::Integer(1); count],
        )
    };
    equal(&ask(100).map(|rows| rows.len()).map_err(words)?, &1)?;
    equal(&ask(101).is_err(), &true)
}

fn control(sql: &impl Sql) -> Outcome {
    for statement in ["BEGIN", "SAVEPOINT s"] {
        let outcome = sql.transaction(|tx| tx.exec(statement, &[]));
        equal(&(statement, outcome.is_err()), &(statement, true))?;
    }
    Ok(())
}

fn like(sql: &impl Sql) -> Outcome {
    let ask = |length: usize| {
        sql.read("SELECT count(*) FROM contract WHERE value LIKE ?1", &["x".repeat(length).into()])
    };
    equal(&ask(50).is_ok(), &true)?;
    equal(&ask(60).is_err(), &true)
}

fn upsert(sql: &impl Sql) -> Outcome {
    let statement = "INSERT INTO contract (id, value) VALUES (?1, ?2)
                     ON CONFLICT (id) DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value
                     RETURNING id";
    let run = || sql.transaction(|tx| tx.exec(statement, &[70.into(), "same".into()])).map_err(words);
    equal(&run()?.len(), &1)?;
    equal(&run()?.len(), &0)
}

fn integers(sql: &impl Sql) -> Outcome {
    for value in [1 << 53, -(1 << 53), 1_795_000_000_123] {
        write(sql, "UPDATE contract SET value = ?1 WHERE id = 1", &[Value::Integer(value)])?;
        let rows = sql.read("SELECT value FROM contract WHERE id = 1", &[]).map_err(words)?;
        equal(&rows.first().map(|row| row.integer(0)), &Some(Ok(value)))?;
    }
    Ok(())
}

#[cfg(all(test, feature = "rusqlite"))]
mod tests {
    use crate::port::rusqlite::Rusqlite;

    #[test]
    fn rusqlite_keeps_the_contract() {
        let failed: Vec<_> = super::run(&Rusqlite::in_memory().unwrap())
            .into_iter()
            .filter(|check| check.failure.is_some())
            .collect();
        assert_eq!(failed, []);
    }
}
