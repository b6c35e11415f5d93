//! One tenant: everything that can be asked of it.
//!
//! All of it runs on one thread; other calls come in wherever one awaits. So no await stands between a
//! read and the write that depends on it.

mod configure;
mod jobs;
mod letters;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::config::{self, Active};
use crate::context;
use crate::error::EngineError;
use crate::inbox::{self, AcceptError, Accepted};
use crate::job;
use crate::mutant::{self, Mutant};
use crate::port::{Level, World};
use crate::pump::Wake;
use crate::secret::{self, Secret, SecretError, rotation};
use crate::settings::Settings;
use crate::stripe::Hold;
use crate::{delivery, gap_check, retention, store, stripe, trap, ui};

/// A tenant over its world. Only one may be open on a database.
pub struct Tenant<W> {
    pub(crate) world: W,
    pub(crate) settings: Settings,
    pub(crate) wake: Wake,
    pub(crate) stripe_hold: Hold,
    active: RefCell<Option<Rc<Active>>>,
    pumping: Cell<bool>,
}

impl<W: World> Tenant<W> {
    /// Opens the tenant on its database: brings the schema up to date, marks writes that were under
    /// way as of unknown outcome, and arms the alarm if anything is due.
    ///
    /// # Errors
    /// The database refused, or belongs to a newer Daicho.
    pub fn open(world: W, settings: Settings) -> Result<Self, EngineError> {
        store::migrate(&world, store::TENANT, world.now())?;
        world.transaction(|tx| {
            delivery::recover(tx)?;
            ui::recover(tx)
        })?;
        let active = load_to_observe(&world)?.map(Rc::new);
        plan(&world, &settings, active.as_deref())?;
        let tenant = Self {
            world,
            settings,
            wake: Wake::default(),
            stripe_hold: Hold::default(),
            active: RefCell::new(active),
            pumping: Cell::new(false),
        };
        if tenant.due_at()?.is_some() {
            tenant.arm(0)?;
        }
        Ok(tenant)
    }

    /// Takes in one event whose signature was verified: stored durably, once by its id, when this
    /// returns. Nothing else happens before the answer to Stripe.
    ///
    /// # Errors
    /// [`AcceptError`] says what to answer; nothing was stored.
    pub fn accept(&self, payload: &[u8]) -> Result<Accepted, AcceptError> {
        let cap = self.active.borrow().is_none().then_some(self.settings.waiting_cap);
        let accepted = match inbox::accept(&self.world, payload, cap) {
            Err(AcceptError::Sql(_)) if mutant::on(Mutant::AcknowledgeUnstored) => Accepted::Stored,
            accepted => accepted?,
        };
        if accepted == Accepted::Stored {
            self.wake.call();
        }
        Ok(accepted)
    }

    /// The alarm's handler: works until nothing is due. It never fails; what goes wrong is logged and
    /// tried again. A call while it runs only tells the running one to look again.
    pub async fn alarm(&self) {
        if self.pumping.replace(true) {
            self.wake.call();
            return;
        }
        let _over = Over(&self.pumping);
        if let Err(error) = self.pump().await {
            let fields = serde_json::json!({ "reason": error.to_string() });
            self.world.line(Level::Error, "pump_failed", fields);
        }
    }

    /// The cron's call: arms the alarm again, should it have been lost.
    ///
    /// # Errors
    /// The database refused.
    pub fn poke(&self) -> Result<(), EngineError> {
        // A set alarm is a written row, and what is due later has its alarm; were that lost, the first call
        // after its time would set it again.
        let is_overdue = self.due_at()?.is_some_and(|at| at <= self.world.now());
        if self.pumping.get() || !is_overdue {
            return Ok(());
        }
        self.arm(0)
    }

    /// The memory was lost by a panic, in this tenant or beside it: what it was in is counted if that is known, and
    /// given up after three times; whatever may panic is noted for some minutes. The alarm is the caller's: an object
    /// that panics at once must not run without end.
    ///
    /// # Errors
    /// The database refused.
    pub fn trapped(&self) -> Result<(), EngineError> {
        let (now, active) = (self.world.now(), self.active());
        let given_up = self.world.transaction(|tx| {
            let work = trap::happened(tx, now)?;
            if let (Some(work), Some(active)) = (&work, &active) {
                trap::give_up(tx, active, work, now)?;
            }
            Ok::<_, EngineError>(work)
        })?;
        if let Some(work) = given_up {
            self.world.line(Level::Error, "given_up", serde_json::json!({ "work": work }));
        }
        Ok(())
    }

    /// The world that the tenant was opened with.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// Takes up a changed configuration: what waited for it is due at once.
    pub(crate) fn reload(&self) -> Result<(), EngineError> {
        self.active.replace(Active::load(&self.world)?.map(Rc::new));
        self.stripe_hold.lift();
        self.world.transaction(|tx| {
            stripe::request::retry_all(tx)?;
            gap_check::retry(tx)?;
            job::retry_all(tx)
        })?;
        plan(&self.world, &self.settings, self.active().as_deref())?;
        self.nudge()
    }

    /// Seals a slice of secrets under the newest key; `false` while there are more.
    pub(crate) fn reseal(&self) -> Result<bool, EngineError> {
        let Settings { name, sealing, .. } = &self.settings;
        rotation::ring(&self.world, sealing, name).map_err(|error| match error {
            SecretError::Sql(error) => error.into(),
            _ => EngineError::Stored { what: "secret" },
        })
    }

    /// There may be new work: tells the pump, or sets the alarm where none runs.
    pub(crate) fn nudge(&self) -> Result<(), EngineError> {
        self.wake.call();
        if self.pumping.get() { Ok(()) } else { self.arm(0) }
    }

    pub(crate) fn active(&self) -> Option<Rc<Active>> {
        self.active.borrow().clone()
    }

    /// The tenant's Stripe key, or the code that the status shows in its place.
    pub(crate) fn stripe_key(&self, active: &Active) -> Result<Secret, &'static str> {
        let Settings { name, sealing, .. } = &self.settings;
        let key = secret::open(&self.world, sealing, name, &active.connections().stripe_key_ref);
        key.map_err(|error| match error {
            SecretError::Missing { .. } => "stripe_key_missing",
            _ => "stripe_key_does_not_open",
        })
    }
}

/// The configuration; a newer version of Daicho may look at more under the same mapping.
fn load_to_observe(world: &impl World) -> Result<Option<Active>, EngineError> {
    match Active::load(world)? {
        Some(active) if !active.observes_all() => {
            world.transaction(|tx| config::observe(tx, active.mapping()))?;
            Active::load(world)
        }
        active => Ok(active),
    }
}

/// Sets what comes again by itself, where it is not set.
fn plan(world: &impl World, settings: &Settings, active: Option<&Active>) -> Result<(), EngineError> {
    let now = world.now();
    world.transaction(|tx| {
        rotation::plan(tx, &settings.sealing, now)?;
        if let Some(active) = active {
            gap_check::plan(tx, now)?;
            retention::plan(tx, now)?;
            job::reconcile::plan(tx, active, now)?;
            context::plan_dates_missed(tx, active.mapping(), now)?;
        }
        Ok(())
    })
}

/// The pump ended, also by a panic that a test catches.
struct Over<'a>(&'a Cell<bool>);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
