//! The pump: observes what waits and keeps lanes under way, so that an idle tenant is fast and a busy
//! one batches.
//!
//! There is one lane for each kintone app and up to [`READS`] reads from Stripe. The pump waits for
//! whichever comes first, a lane that ends or new work, so a slow app holds up nothing else. Its work is
//! bounded by counts, since on Workers the clock stands still between I/O; its waiting for slow services by time.

mod lanes;
mod wake;

use std::rc::Rc;

use futures_util::future::{Either, select};
use futures_util::stream::StreamExt as _;
use serde_json::json;

use self::lanes::{Ended, Lanes};
pub(crate) use self::wake::Wake;
use crate::config::Active;
use crate::context;
use crate::delivery;
use crate::error::EngineError;
use crate::inbox::{self, Observed, Waiting, Which};
use crate::job;
use crate::port::{Level, Millis, World};
use crate::secret::rotation;
use crate::tenant::Tenant;
use crate::trap::{Watch, Work};
use crate::{gap_check, retention, stripe, timer};

/// The alarm is set this far ahead before any work, so that a crash midway is picked up soon.
const PICKED_UP_AFTER: Millis = 2_000;
/// After the engine itself failed (a refused statement), it does not try again at once.
const AFTER_FAILURE: Millis = 30_000;
/// Reads from Stripe at once: well below its 25 requests a second, and below the six connections
/// that a Worker may have open.
const READS: usize = 4;
/// Events observed between two looks at the lanes.
const SLICE: usize = 32;
/// Events observed in one run of the alarm; a Worker's CPU time is bounded for each run.
const SLICES: usize = 64;
/// Steps of lanes begun in one run of the alarm, for the CPU time of each.
const BEGUN: usize = 200;
/// After so long one run of the alarm begins nothing new. Cloudflare ends one that lasts a quarter of an hour
/// ("Durable Objects: Limits", wall time), and with it every call of the object; what is under way then, a batch
/// that is taken apart by a slow kintone at most, is to end before.
const LONGEST: Millis = 180_000;
/// Reads wait for the inbox to be drained, so that one read settles all events of its object that
/// are here; but not for longer than this many slices.
const SLICES_BEFORE_READS: usize = 8;

impl<W: World> Tenant<W> {
    /// One run of the alarm: works until nothing is due or the run's bounds are reached, then sets
    /// the alarm to what is due next.
    pub(crate) async fn pump(&self) -> Result<(), EngineError> {
        if self.due_at()?.is_none() {
            self.world.clear();
            return Ok(());
        }
        self.world.set(self.world.now() + PICKED_UP_AFTER);
        let mut lanes = Lanes::default();
        let outcome = self.turn(&mut lanes).await;
        while let Some(ended) = lanes.running.next().await {
            self.ended(&mut lanes, ended);
        }
        let failed = outcome.is_err() || lanes.any_failed();
        self.arm(if failed { AFTER_FAILURE } else { 0 })?;
        outcome
    }

    async fn turn<'a>(&'a self, lanes: &mut Lanes<'a>) -> Result<(), EngineError> {
        let mut slices = 0;
        let requests = self.world.sent() + self.settings.requests_per_run;
        let end = self.world.now() + LONGEST;
        let may_go_on = || self.world.sent() < requests && self.world.now() < end;
        while slices < SLICES && lanes.begun < BEGUN && may_go_on() {
            let rung = self.tick()?;
            let drained = self.observe_slice(lanes.running.is_empty())? && rung;
            self.begin_lanes(lanes, drained || slices % SLICES_BEFORE_READS == SLICES_BEFORE_READS - 1)?;
            if !drained {
                slices += 1;
                // Polls what has begun, so that the first write goes out before the next slice.
                if let Some(Some(ended)) = futures_util::FutureExt::now_or_never(lanes.running.next()) {
                    self.ended(lanes, ended);
                }
                continue;
            }
            if lanes.running.is_empty() {
                return Ok(());
            }
            let woken = std::pin::pin!(self.wake.called());
            if let Either::Left((Some(ended), _)) = select(lanes.running.next(), woken).await {
                self.ended(lanes, ended);
            }
        }
        Ok(())
    }

    /// Runs the timers that are due; `false` while one that works in slices has more to do. One that
    /// fails is put off and holds up nothing else.
    fn tick(&self) -> Result<bool, EngineError> {
        let now = self.world.now();
        let mut done = true;
        let watch = Watch::of(&self.world)?;
        for name in timer::due(&self.world, now)? {
            match watch.during(&Work::Timer(name.clone()), || self.ring(&name, now))? {
                Ok(is_done) => done &= is_done,
                Err(error) => {
                    self.world.transaction(|tx| timer::set(tx, &name, now + AFTER_FAILURE))?;
                    let fields = json!({ "timer": name, "reason": error.to_string() });
                    self.world.line(Level::Error, "timer_failed", fields);
                }
            }
        }
        Ok(done)
    }

    fn ring(&self, name: &str, now: Millis) -> Result<bool, EngineError> {
        match (name, self.active()) {
            (context::DATES, Some(active)) => context::ring_dates(&self.world, &active, now)?,
            (gap_check::NAME, Some(_)) => gap_check::ring(&self.world, now)?,
            (job::reconcile::NAME, Some(active)) => job::reconcile::ring(&self.world, &active, now)?,
            (retention::NAME, Some(active)) => return retention::ring(&self.world, &active, now),
            (rotation::NAME, _) => return self.reseal(),
            // Without a configuration that can be read; what is missing is set again with it.
            (_, None) => self.world.transaction(|tx| timer::clear(tx, name))?,
            _ => {
                self.world.transaction(|tx| timer::clear(tx, name))?;
                self.world.line(Level::Warn, "timer_unknown", json!({ "timer": name }));
            }
        }
        Ok(true)
    }

    /// Observes up to a slice of events; `true` when no other can be observed now. One that failed
    /// before comes when no other waits and no lane is under way, so that its next panic takes nothing
    /// with it; the order of observing does not change the outcome.
    fn observe_slice(&self, idle: bool) -> Result<bool, EngineError> {
        let Some(active) = self.active() else { return Ok(true) };
        let mut events = inbox::waiting(&self.world, Which::Fresh, SLICE as i64)?;
        if events.is_empty() && idle {
            events = inbox::waiting(&self.world, Which::Failed, 1)?;
        }
        for event in &events {
            self.observe(&active, event)?;
        }
        let may_be_more = !events.is_empty() && (idle || events.len() == SLICE);
        Ok(!(may_be_more && inbox::any_waiting(&self.world)?))
    }

    fn observe(&self, active: &Active, event: &Waiting) -> Result<(), EngineError> {
        match inbox::handle(&self.world, active, event, self.world.now()) {
            Ok(Observed::Dead) => {
                let fields = json!({ "event_id": event.event_id, "attempts": event.attempts });
                self.world.line(Level::Error, "event_dead", fields);
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error) => self.event_failed(event, &error),
        }
    }

    /// The event stays and its attempts count; but a database that takes nothing ends the run.
    fn event_failed(&self, event: &Waiting, error: &EngineError) -> Result<(), EngineError> {
        let fields = json!({ "event_id": event.event_id, "reason": error.to_string() });
        self.world.line(Level::Error, "event_failed", fields);
        if inbox::attempts(&self.world, event.seq)? > event.attempts { Ok(()) } else { Err(error.clone()) }
    }

    fn begin_lanes<'a>(&'a self, lanes: &mut Lanes<'a>, reads_too: bool) -> Result<(), EngineError> {
        let Some(active) = self.active() else {
            return Ok(());
        };
        for lane in lanes.in_turn(delivery::lanes(&self.world, &active, self.world.now())?) {
            if lanes.may_begin(&lane, &active, lane.most_at_once(&self.world)?) {
                let (held, watch) = (Rc::clone(&active), Watch::of(&self.world)?);
                let work = async move {
                    let step = delivery::run_lane(&self.world, &self.settings, &held, &lane);
                    let outcome = watch.over(Work::Lane(lane.to_string()), step).await;
                    Ended::App(lane, outcome)
                };
                lanes.begin(&active, work);
            }
        }
        if reads_too {
            self.begin_reads(lanes, &active)?;
            self.begin_job(lanes, &active)?;
        }
        Ok(())
    }

    /// Jobs come after everything that is live.
    fn begin_job<'a>(&'a self, lanes: &mut Lanes<'a>, active: &Rc<Active>) -> Result<(), EngineError> {
        let now = self.world.now();
        if !lanes.may_begin_job() {
            return Ok(());
        }
        if let Some(row) = job::due(&self.world, active, now, self.stripe_hold.is_on(now))? {
            let (key, held) = (self.stripe_key(active), Rc::clone(active));
            let watch = Watch::of(&self.world)?;
            let work = async move {
                let step = job::step(&self.world, &self.settings, key, &held, &row);
                Ended::Job(watch.over(Work::Job(row.name.as_str().to_owned()), step).await)
            };
            lanes.begin_job(active, work);
        }
        Ok(())
    }

    fn begin_reads<'a>(&'a self, lanes: &mut Lanes<'a>, active: &Rc<Active>) -> Result<(), EngineError> {
        let now = self.world.now();
        if lanes.reads.len() >= READS || self.stripe_hold.is_on(now) {
            return Ok(());
        }
        if gap_check::page_due(&self.world)?.is_some_and(|due| due <= now)
            && lanes.reads.insert(gap_check::NAME.to_owned())
        {
            let (key, watch) = (self.stripe_key(active), Watch::of(&self.world)?);
            lanes.begin(active, async move {
                let page = gap_check::page(&self.world, &self.settings.name, key);
                Ended::Read(gap_check::NAME.to_owned(), watch.over(Work::GapCheck, page).await)
            });
        }
        for asked in stripe::request::due(&self.world, now, 2 * READS as i64)? {
            if lanes.reads.len() >= READS || !lanes.reads.insert(asked.object_id.clone()) {
                continue;
            }
            let (key, held) = (self.stripe_key(active), Rc::clone(active));
            let watch = Watch::of(&self.world)?;
            lanes.begin(active, async move {
                let read = stripe::read(&self.world, &self.settings.name, key, &held, &asked);
                let done = watch.over(Work::Read(asked.object_id.clone()), read).await;
                Ended::Read(asked.object_id, done)
            });
        }
        Ok(())
    }

    fn ended(&self, lanes: &mut Lanes<'_>, ended: Ended) {
        match lanes.end(ended) {
            Ended::Read(_, Ok(stripe::Done::Settled)) => self.stripe_hold.lift(),
            Ended::Read(object, Ok(stripe::Done::Deferred(failure))) => {
                self.stripe_hold.failed(&self.world, &failure);
                let fields = json!({ "object": object, "code": failure.code });
                self.world.line(Level::Warn, "read_deferred", fields);
            }
            Ended::Job(Ok(job::Stepped::Asked)) => self.stripe_hold.lift(),
            Ended::Job(Ok(job::Stepped::Deferred(failure))) => {
                self.stripe_hold.failed(&self.world, &failure);
                self.world.line(Level::Warn, "job_deferred", json!({ "code": failure.code }));
            }
            Ended::App(_, Ok(())) | Ended::Job(Ok(job::Stepped::Done)) => {}
            Ended::Read(_, Err(error)) | Ended::App(_, Err(error)) | Ended::Job(Err(error)) => {
                self.world.line(Level::Error, "lane_failed", json!({ "reason": error.to_string() }));
            }
        }
    }

    /// Sets the alarm to what is due next, at least `delay` from now, or unsets it.
    pub(crate) fn arm(&self, delay: Millis) -> Result<(), EngineError> {
        match self.due_at()? {
            Some(at) => self.world.set(at.max(self.world.now() + delay)),
            None => self.world.clear(),
        }
        Ok(())
    }

    /// When there is something to do; a time in the past means now. `None`: nothing until an event comes.
    pub(crate) fn due_at(&self) -> Result<Option<Millis>, EngineError> {
        let now = self.world.now();
        let mut due = vec![timer::earliest(&self.world)?];
        if let Some(active) = self.active() {
            due.push(inbox::any_waiting(&self.world)?.then_some(now));
            let read = stripe::request::earliest(&self.world)?;
            due.push(read.map(|at| at.max(self.stripe_hold.until())));
            due.push(gap_check::page_due(&self.world)?.map(|at| at.max(self.stripe_hold.until())));
            due.push(delivery::next_due(&self.world, &active, now)?);
            due.push(job::next_due(&self.world, &active, now, self.stripe_hold.until())?);
        }
        Ok(due.into_iter().flatten().min())
    }
}
