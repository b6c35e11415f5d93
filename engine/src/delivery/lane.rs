//! Lanes: one for each kintone app, so that a slow one holds up no other.

use std::collections::BTreeSet;
use std::fmt;

use daicho_core::kintone::AppAddress;

use super::send::Writer;
use super::{dirty, form, take};
use crate::binding::{self, Binding, Reason, State, Verdict};
use crate::config::{self, Active};
use crate::context;
use crate::error::EngineError;
use crate::kintone::{self, Access, Client, MaySend, address_key, breaker};
use crate::port::{Millis, Query, SqlError, World};
use crate::retry;
use crate::settings::Settings;

/// Between two records of a domain that are written by themselves: kintone tells its webhooks of 60 changes
/// a minute and drops the rest (audit log `GAIA_WT02`, kintone's help).
const SINGLE_WRITE: Millis = 1_000;

/// Work that goes on by itself, beside that of other lanes, one step at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(Work);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Work {
    /// Marking dirty what a new mapping affects.
    Rescan,
    /// Marking dirty what looks at something that changed.
    FanOut,
    /// Writing to one app, and checking its targets.
    App(AppAddress),
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Work::Rescan => f.write_str("rescan"),
            Work::FanOut => f.write_str("fan_out"),
            Work::App(address) => f.write_str(&address_key(address)),
        }
    }
}

impl Lane {
    /// How many lanes of the same domain may be at work at once; `None` where it is no matter.
    ///
    /// # Errors
    /// SQLite's refusal.
    pub fn most_at_once(&self, sql: &(impl Query + ?Sized)) -> Result<Option<usize>, SqlError> {
        self.domain().map(|domain| breaker::most_lanes(sql, domain)).transpose()
    }

    /// Whether it marks what a new mapping affects.
    #[must_use]
    pub fn is_rescan(&self) -> bool {
        self.0 == Work::Rescan
    }

    /// kintone's domain that it asks.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        match &self.0 {
            Work::App(address) => Some(&address.domain),
            Work::Rescan | Work::FanOut => None,
        }
    }
}

/// The lanes with work that is due.
///
/// # Errors
/// SQLite's refusal, or a row that cannot be read.
pub fn lanes(sql: &(impl Query + ?Sized), active: &Active, now: Millis) -> Result<Vec<Lane>, EngineError> {
    let mut lanes = BTreeSet::new();
    if config::rescan_pending(sql)? {
        lanes.insert(Lane(Work::Rescan));
    }
    if context::fan_out_pending(sql)? {
        lanes.insert(Lane(Work::FanOut));
    }
    for binding in binding::all(sql)? {
        let lane = Lane(Work::App(binding.address.clone()));
        if !lanes.contains(&lane) && due(sql, active, &binding, now)? {
            lanes.insert(lane);
        }
    }
    Ok(lanes.into_iter().collect())
}

fn due(
    sql: &(impl Query + ?Sized),
    active: &Active,
    binding: &Binding,
    now: Millis,
) -> Result<bool, EngineError> {
    if binding.not_before > now || active.target(&binding.target).is_none() {
        return Ok(false);
    }
    let is_due = match binding.state {
        State::Unchecked | State::Paused => true,
        State::Active => dirty::any_due(sql, &binding.target, now)?,
        State::Held => false,
    };
    // What is known of another app's records is not taken for this one's.
    let may_be_sent = is_due && may_send(sql, active, binding, now)? == MaySend::Now;
    Ok(may_be_sent && !config::uncleared(sql)?.contains(&binding.target))
}

fn may_send(
    sql: &(impl Query + ?Sized),
    active: &Active,
    binding: &Binding,
    now: Millis,
) -> Result<MaySend, SqlError> {
    kintone::may_send(sql, &binding.address, active.daily_requests(&binding.address), now)
}

/// When the next of the lanes has work; in the past where one has it now, `None` where none will.
///
/// # Errors
/// As [`lanes`].
pub fn next_due(
    sql: &(impl Query + ?Sized),
    active: &Active,
    now: Millis,
) -> Result<Option<Millis>, EngineError> {
    if config::rescan_pending(sql)? || context::fan_out_pending(sql)? {
        return Ok(Some(0));
    }
    let mut earliest: Option<Millis> = None;
    for binding in binding::all(sql)? {
        let due = match binding.state {
            _ if active.target(&binding.target).is_none() => None,
            State::Unchecked | State::Paused => Some(binding.not_before),
            State::Active => dirty::earliest(sql, &binding.target)?.map(|due| due.max(binding.not_before)),
            State::Held => None,
        };
        let due = match (due, may_send(sql, active, &binding, now)?) {
            (Some(due), MaySend::Wait(until)) => Some(due.max(until)),
            (due, _) => due,
        };
        earliest = [earliest, due].into_iter().flatten().min();
    }
    Ok(earliest.filter(|due| *due < binding::NEVER))
}

/// Does one step of a lane: for an app, checks its targets that are to be checked and writes one
/// batch for each of the others. To be called again while [`lanes`] names it.
///
/// # Errors
/// The database refused, or holds what it should not. What kintone says is no error: it is kept.
pub async fn run_lane<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    lane: &Lane,
) -> Result<(), EngineError> {
    let address = match &lane.0 {
        Work::Rescan => return config::rescan_slice(world, active),
        Work::FanOut => return context::fan_out_slice(world, active),
        Work::App(address) => address,
    };
    for bound in binding::at_address(world, address)? {
        // Read again: the requests for the one before took their time.
        let Some(binding) = binding::get(world, &bound.target)? else {
            continue;
        };
        if binding.address != *address || !due(world, active, &binding, world.now())? {
            continue;
        }
        match binding.state {
            State::Active => write(world, settings, active, binding).await?,
            _ => binding::check(world, settings, active, &binding).await?,
        }
    }
    Ok(())
}

async fn write<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    binding: Binding,
) -> Result<(), EngineError> {
    let Some(target) = active.target(&binding.target) else {
        return Ok(());
    };
    let access = match active.connection_of(target).map(|app| Access::open(world, settings, app)) {
        Some(Ok(access)) if access.address() == binding.address => access,
        // The connections are another snapshot than the binding: the next step has both anew.
        Some(Ok(_)) => return Ok(()),
        Some(Err(error)) => return stop(world, &binding, &Verdict::of_access(&error)),
        None => return stop(world, &binding, &Verdict::Pause(Reason::NoConnection)),
    };
    let client = Client::new(world, access);
    let Some(form) = form::fresh(world, settings, active, &client, &binding).await? else {
        return Ok(());
    };
    let items = take::due(world, active, target, &binding, &form)?;
    if target.single_writes && !items.is_empty() {
        pace(world, active, &binding)?;
    }
    let share = active.daily_requests(&binding.address);
    Writer { world, client, target, binding, form, share }.deliver(items).await
}

/// The domain's next record that is written by itself comes a second later, whatever its target.
fn pace<W: World>(world: &W, active: &Active, binding: &Binding) -> Result<(), EngineError> {
    let next = world.now() + SINGLE_WRITE;
    world.transaction(|tx| {
        for other in binding::all(tx)? {
            let is_single = active.target(&other.target).is_some_and(|target| target.single_writes);
            if is_single && other.address.domain == binding.address.domain {
                binding::pace(tx, &other.target, next)?;
            }
        }
        Ok(())
    })
}

/// Nothing can be sent for a target now.
pub(super) fn stop<W: World>(world: &W, binding: &Binding, verdict: &Verdict) -> Result<(), EngineError> {
    let attempts = u32::try_from(binding.attempts).unwrap_or(u32::MAX).saturating_add(1);
    let now = world.now();
    world.transaction(|tx| {
        let current = binding::get(tx, &binding.target)?;
        if current.is_none_or(|current| current.address != binding.address) {
            // Bound anew meanwhile: this says nothing of the other app.
            return Ok(());
        }
        match verdict {
            Verdict::Fits { .. } => {}
            Verdict::Wait { retry_after, .. } => {
                let until = retry::probe(world, attempts, *retry_after);
                binding::back_off(tx, &binding.target, until)?;
            }
            Verdict::Pause(reason) => {
                // A check asks for the form alone, and is content where only writing is not allowed.
                let next = retry::after_minutes(world);
                binding::pause(tx, &binding.target, *reason, next, now)?;
            }
        }
        Ok(())
    })
}
