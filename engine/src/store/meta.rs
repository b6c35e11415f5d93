//! Rows of `meta`: one value under each of a few names.

use crate::port::{Query, SqlError, Statements};

/// The value under a name.
pub(crate) fn get(sql: &(impl Query + ?Sized), name: &str) -> Result<Option<String>, SqlError> {
    let rows = sql.query("SELECT value FROM meta WHERE key = ?1", &[name.into()])?;
    rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// Keeps a value under a name. One that stands there already is no written row.
pub(crate) fn put(tx: &dyn Statements, name: &str, value: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2)
               ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value";
    tx.exec(sql, &[name.into(), value.into()]).map(drop)
}

/// Takes the value under a name away.
pub(crate) fn remove(tx: &dyn Statements, name: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM meta WHERE key = ?1", &[name.into()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Sql as _;
    use crate::test_world::TestWorld;

    #[test]
    fn a_value_is_kept_replaced_and_taken_away() {
        let world = TestWorld::new();
        let value = || get(&world, "name").unwrap();
        assert_eq!(value(), None);
        for text in ["a", "a", "b"] {
            world.transaction(|tx| put(tx, "name", text)).unwrap();
            assert_eq!(value().as_deref(), Some(text));
        }
        world.transaction(|tx| remove(tx, "name")).unwrap();
        assert_eq!(value(), None);
    }
}
