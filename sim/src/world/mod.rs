//! Everything outside the engine. It outlives a tenant that crashes.

mod database;
mod network;
mod ports;
mod trouble;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use daicho_engine::directory::Directory;
use daicho_engine::port::rusqlite::Rusqlite;
use daicho_engine::port::{Millis, Row, Sql as _};
use daicho_sandbox::kintone::Kintone;
use daicho_sandbox::stripe::Stripe;

pub use network::Network;
pub(crate) use network::deliver;
pub use ports::Crashed;
pub use trouble::Trouble;

/// 2026-11-22T12:00:00Z: a moment without meaning, so that no test depends on the real one.
pub const START: Millis = 1_795_348_800_000;

/// Everything outside the engine, shared by its clones.
#[derive(Clone)]
pub struct World(pub Rc<Outside>);

/// What a [`World`] shares.
pub struct Outside {
    /// The tenant's database.
    pub sql: Rc<Rusqlite>,
    /// The directory object's.
    pub directory: Directory<Rusqlite>,
    /// The time that everybody but the tenant has.
    pub now: Cell<Millis>,
    /// How far the tenant's clock is ahead.
    pub skew: Cell<Millis>,
    /// When the alarm rings, by the tenant's clock.
    pub alarm: Cell<Option<Millis>>,
    /// How often the alarm was set or taken back.
    pub alarm_changes: Cell<u64>,
    /// After this many commits the tenant's memory is lost.
    pub commits_to_live: Cell<Option<u32>>,
    /// After this many statements of its steps the tenant panics.
    pub statements_to_live: Cell<Option<u32>>,
    /// Whether the tenant's database takes nothing now.
    pub full: Cell<bool>,
    /// Whatever is left to chance outside the engine.
    pub chance: RefCell<fastrand::Rng>,
    /// The engine's own randomness.
    pub random: RefCell<fastrand::Rng>,
    /// Printed as they happen where a life is looked into.
    pub traced: bool,
    /// Requests and answers under way.
    pub network: RefCell<Network>,
    /// What goes wrong now.
    pub trouble: Cell<Trouble>,
    /// Stripe.
    pub stripe: RefCell<Stripe>,
    /// kintone.
    pub kintone: RefCell<Kintone>,
}

impl World {
    /// An empty world.
    pub fn new(seed: u64, traced: bool) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed);
        Self(Rc::new(Outside {
            sql: database::empty(),
            directory: Directory::open(
                Rusqlite::in_memory().expect("SQLite opens a database in memory"),
                START,
            )
            .expect("a new directory opens"),
            now: Cell::new(START),
            skew: Cell::new(0),
            alarm: Cell::new(None),
            alarm_changes: Cell::new(0),
            commits_to_live: Cell::new(None),
            statements_to_live: Cell::new(None),
            full: Cell::new(false),
            random: RefCell::new(chance.fork()),
            chance: RefCell::new(chance),
            traced,
            network: RefCell::default(),
            trouble: Cell::default(),
            stripe: RefCell::new(Stripe::new(seed)),
            kintone: RefCell::new(Kintone::new()),
        }))
    }

    /// The time that everybody but the tenant has.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.0.now.get()
    }

    /// When the alarm rings, by everybody's clock.
    #[must_use]
    pub fn alarm(&self) -> Option<Millis> {
        self.0.alarm.get().map(|at| at - self.0.skew.get())
    }

    /// Rows of the tenant's database.
    #[must_use]
    pub fn rows(&self, sql: &str) -> Vec<Row> {
        self.0.sql.read(sql, &[]).expect("the simulation's own statements are right")
    }

    /// The number that a statement answers.
    #[must_use]
    pub fn number(&self, sql: &str) -> i64 {
        self.rows(sql)[0].integer(0).expect("a count is a number")
    }

    /// Where an event stands in the inbox, and whether it was not looked at yet.
    #[must_use]
    pub fn place_of(&self, event_id: &str) -> Option<(i64, bool)> {
        let sql = "SELECT seq, status = 'waiting' AND attempts = 0 FROM inbox WHERE event_id = ?1";
        let rows = self.0.sql.read(sql, &[event_id.into()]);
        let number = |row: &Row, column| row.integer(column).expect("a place is a number");
        let rows = rows.expect("the simulation's own statements are right");
        rows.first().map(|row| (number(row, 0), number(row, 1) == 1))
    }

    /// Does something while the tenant neither crashes nor panics.
    pub fn undisturbed<T>(&self, act: impl FnOnce() -> T) -> T {
        let (commits, statements) = (self.0.commits_to_live.take(), self.0.statements_to_live.take());
        let done = act();
        self.0.commits_to_live.set(commits);
        self.0.statements_to_live.set(statements);
        done
    }

    /// Says what happens, where a life is looked into.
    pub fn say(&self, what: impl FnOnce() -> String) {
        if self.0.traced {
            eprintln!("{:>9} ms  {}", self.now() - START, what());
        }
    }
}
