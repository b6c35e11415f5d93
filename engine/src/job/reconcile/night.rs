//! Every night.

use super::{body, start};
use crate::binding::{self, State};
use crate::calendar::{self, HOUR};
use crate::config::Active;
use crate::error::EngineError;
use crate::job;
use crate::port::{Millis, Sql, Statements};
use crate::timer;

/// The timer's name.
pub(crate) const NAME: &str = "reconcile";

/// 03:00 in Japan: when few work, and after the figures of the new day.
const AT: Millis = 3 * HOUR;
/// How long a backfill is waited for before it is looked at again.
const LATER: Millis = 600_000;

/// Sets the timer, unless it is set, and notes from when on the kinds that the mapping takes are followed.
pub(crate) fn plan(tx: &dyn Statements, active: &Active, now: Millis) -> Result<(), EngineError> {
    super::scope::note(tx, active, now)?;
    Ok(timer::set_once(tx, NAME, calendar::next(now, AT))?)
}

/// Begins the night's comparison: after a backfill where one is at work, and none where nothing is written to.
pub(crate) fn ring(sql: &impl Sql, active: &Active, now: Millis) -> Result<(), EngineError> {
    sql.transaction(|tx| {
        if job::backfill_is_at_work(tx, active, now)? {
            return Ok(timer::set(tx, NAME, now + LATER)?);
        }
        timer::set(tx, NAME, calendar::next(now, AT))?;
        if binding::all(tx)?.iter().any(|binding| binding.state == State::Active) {
            // One that a person began, or that of the night before, is as good.
            start(tx, &body(active, false), now)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::job::row::{self, Name};
    use crate::port::Clock as _;
    use crate::settings::Settings;
    use crate::test_world::{TestWorld, run};

    /// Two targets of customers, the second of which is held; a backfill has read all there is.
    fn with_a_held_target() -> (TestWorld, Settings) {
        let form = json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}});
        let target = |app| json!({"source": "customer", "app": app, "key": {"field": "ID"}, "fields": []});
        let targets = json!({"a": target("app1"), "b": target("app2")});
        let mapping = json!({"version": 1, "targets": targets});
        let (world, settings) = TestWorld::with_apps(&[form.clone(), form], &mapping);
        let held = "UPDATE binding SET state = 'held', reason = 'records_found' WHERE target = 'b'";
        world.transaction(|tx| tx.exec(held, &[])).unwrap();
        for number in 0..5 {
            world.customer(&format!("cus_{number}"), "山田");
        }
        world.deliver(&settings);
        world.transaction(|tx| tx.exec("DELETE FROM dirty", &[])).unwrap();
        let body = json!({"sweep": {"done": ["customer"]}});
        assert!(world.transaction(|tx| row::begin(tx, Name::Backfill, &body, world.now())).unwrap());
        (world, settings)
    }

    fn work(world: &TestWorld, settings: &Settings) {
        while let Some(row) = job::due(world, &world.active(), world.now(), false).unwrap() {
            if row.name != Name::Backfill {
                return;
            }
            run(job::step(world, settings, Err("no key"), &world.active(), &row)).unwrap();
            world.deliver(settings);
        }
    }

    fn state(world: &TestWorld, job: &str) -> Option<String> {
        world.text(&format!("SELECT (SELECT state FROM job WHERE name = '{job}')"))
    }

    #[test]
    fn a_backfill_that_waits_for_a_held_target_only_does_not_put_off_the_night() {
        let (world, settings) = with_a_held_target();
        work(&world, &settings);
        assert_eq!(state(&world, "backfill").as_deref(), Some("running"));
        let report = job::backfill::report(&world, Some(&world.active())).unwrap().unwrap();
        assert_eq!(report.targets["b"].waits.as_ref().unwrap().code, "records_found");
        assert_eq!((report.targets["a"].under_way, report.targets["b"].under_way), (0, 5));
        ring(&world, &world.active(), world.now()).unwrap();
        assert_eq!(state(&world, "reconcile").as_deref(), Some("running"));
        let due = job::due(&world, &world.active(), world.now(), false).unwrap();
        assert_eq!(due.map(|row| row.name), Some(Name::Reconcile), "and it goes on");

        let let_go = "UPDATE binding SET state = 'active', reason = NULL WHERE target = 'b'";
        world.transaction(|tx| tx.exec(let_go, &[])).unwrap();
        world.deliver(&settings);
        work(&world, &settings);
        assert_eq!(state(&world, "backfill").as_deref(), Some("done"));
    }

    #[test]
    fn a_backfill_that_is_at_work_puts_off_the_night() {
        let (world, _) = with_a_held_target();
        ring(&world, &world.active(), world.now()).unwrap();
        assert_eq!(state(&world, "reconcile"), None);
    }

    #[test]
    fn a_night_is_at_three_in_japan() {
        let three = 1_795_370_400_000; // 2026-11-22T18:00:00Z
        assert_eq!(calendar::next(three - 1, AT), three);
    }
}
