//! The tenant's database, made once for all lives of a thread: to make the tables and prepare every statement
//! for each life took a fifth of its time.

use std::cell::RefCell;
use std::rc::Rc;

use daicho_engine::port::rusqlite::Rusqlite;

thread_local! {
    /// What the last life left, the schema and what is prepared with it.
    static LEFT: RefCell<Option<Rc<Rusqlite>>> = const { RefCell::new(None) };
}

/// A database without a row, unless its schema's version is one.
pub(super) fn empty() -> Rc<Rusqlite> {
    LEFT.with_borrow_mut(|left| {
        // One that somebody still holds is theirs.
        let database = left
            .take()
            .filter(|left| Rc::strong_count(left) == 1)
            .unwrap_or_else(|| Rc::new(Rusqlite::in_memory().expect("SQLite opens a database in memory")));
        database.empty("migration").expect("SQLite empties its tables");
        Rc::clone(left.insert(database))
    })
}
