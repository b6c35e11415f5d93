//! A small world for the engine: a virtual clock, seeded randomness, the sandbox's Stripe and kintone
//! as state machines behind a network with latency and faults. No threads, no sleeping: time moves
//! only when nothing can run.

mod life;
mod network;
mod ports;
mod stage;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use daicho_engine::directory::Directory;
use daicho_engine::port::rusqlite::Rusqlite;
use daicho_engine::port::{Level, Millis};
use daicho_sandbox::kintone::Kintone;
use daicho_sandbox::stripe::Stripe;

pub use life::Life;
pub use network::{Fault, Network, Seen};
pub use stage::{ACCOUNT, APP, Endpoint, mapping, put_up, put_up_with};

/// 2026-11-22T12:00:00Z, a moment without meaning.
pub const START: Millis = 1_795_348_800_000;

/// A line of the log.
pub type Line = (Level, &'static str, serde_json::Value);

/// Everything outside the engine. It outlives a tenant that crashes.
#[derive(Clone)]
pub struct World(pub Rc<Outside>);

/// What a [`World`] shares among its clones.
pub struct Outside {
    pub sql: Rusqlite,
    pub directory: Directory<Rusqlite>,
    pub now: Cell<Millis>,
    pub alarm: Cell<Option<Millis>>,
    /// Every time that the alarm was set to.
    pub alarms: RefCell<Vec<Millis>>,
    pub random: RefCell<fastrand::Rng>,
    pub log: RefCell<Vec<Line>>,
    pub network: RefCell<Network>,
    pub stripe: RefCell<Stripe>,
    pub kintone: RefCell<Kintone>,
}

impl World {
    /// An empty world: the same seed gives the same life.
    pub fn new(seed: u64) -> Self {
        let directory = Directory::open(Rusqlite::in_memory().unwrap(), START).unwrap();
        Self(Rc::new(Outside {
            sql: Rusqlite::in_memory().unwrap(),
            directory,
            now: Cell::new(START),
            alarm: Cell::new(None),
            alarms: RefCell::default(),
            random: RefCell::new(fastrand::Rng::with_seed(seed)),
            log: RefCell::default(),
            network: RefCell::default(),
            stripe: RefCell::new(Stripe::new(seed)),
            kintone: RefCell::new(Kintone::new()),
        }))
    }

    /// Rows of the tenant's database.
    pub fn rows(&self, sql: &str) -> Vec<daicho_engine::port::Row> {
        use daicho_engine::port::Sql as _;
        self.0.sql.read(sql, &[]).unwrap()
    }

    /// The number that a statement answers.
    pub fn number(&self, sql: &str) -> i64 {
        self.rows(sql)[0].integer(0).unwrap()
    }

    /// How often the log has a line of this name.
    pub fn logged(&self, event: &str) -> usize {
        self.0.log.borrow().iter().filter(|line| line.1 == event).count()
    }
}
