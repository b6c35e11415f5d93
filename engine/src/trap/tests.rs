use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::port::Sql as _;
use crate::test_world::TestWorld;

fn happened(world: &TestWorld) -> Option<Work> {
    world.transaction(|tx| super::happened(tx, world.now.get())).unwrap()
}

/// A panic within this work, of which the tenant is told.
fn panic_in(world: &TestWorld, work: &Work) -> Option<Work> {
    let step = AssertUnwindSafe(|| Watch::of(world).unwrap().during(work, || panic!("provoked")).unwrap());
    assert!(catch_unwind(step).is_err());
    happened(world)
}

fn rows(world: &TestWorld) -> i64 {
    world.number("SELECT count(*) FROM trap WHERE work <> ''")
}

fn lane() -> Work {
    Work::Lane("example.cybozu.com/-/1".to_owned())
}

#[test]
fn a_tenant_that_never_panicked_notes_nothing() {
    let world = TestWorld::new();
    Watch::of(&world).unwrap().during(&lane(), || assert_eq!(rows(&world), 0)).unwrap();
    assert_eq!(rows(&world), 0);
}

#[test]
fn after_a_panic_work_is_noted_for_ten_minutes_while_it_runs() {
    let world = TestWorld::new();
    happened(&world);
    Watch::of(&world).unwrap().during(&lane(), || assert_eq!(rows(&world), 1)).unwrap();
    assert_eq!(rows(&world), 0);
    world.pass(CAREFUL);
    Watch::of(&world).unwrap().during(&lane(), || assert_eq!(rows(&world), 0)).unwrap();
}

#[test]
fn what_panics_three_times_in_an_hour_is_given_up_and_the_first_panic_of_all_is_nobodys() {
    let world = TestWorld::new();
    let work = Work::record("customers", "cus_1");
    let times: Vec<_> = (0..4).map(|_| panic_in(&world, &work)).collect();
    assert_eq!(times, [None, None, None, Some(work)]);
    assert_eq!(rows(&world), 0, "it counts anew");
}

#[test]
fn panics_further_apart_than_an_hour_are_not_counted_together() {
    let world = TestWorld::new();
    for _ in 0..6 {
        happened(&world);
        assert_eq!(panic_in(&world, &lane()), None);
        world.pass(HOUR + 1);
    }
}

#[test]
fn a_panic_is_the_records_and_not_its_lanes() {
    let world = TestWorld::new();
    happened(&world);
    let record = Work::record("customers", "cus_1");
    for _ in 0..3 {
        let step = AssertUnwindSafe(|| {
            let within = || Watch::of(&world).unwrap().during(&record, || panic!("provoked")).unwrap();
            Watch::of(&world).unwrap().during(&lane(), within).unwrap();
        });
        assert!(catch_unwind(step).is_err());
        let last = happened(&world);
        assert!(last.is_none() || last == Some(record.clone()));
    }
    assert_eq!(world.number("SELECT count(*) FROM trap WHERE times > 0"), 0, "the record was given up");
}

#[test]
fn a_panic_while_work_waits_is_not_that_works() {
    let world = TestWorld::new();
    happened(&world);
    let future = async {
        futures_util::future::pending::<()>().await;
        Ok::<_, crate::EngineError>(())
    };
    let mut future = Watch::of(&world).unwrap().over(lane(), future);
    assert!(future.as_mut().now_or_never().is_none());
    assert_eq!(rows(&world), 0);
    happened(&world);
    assert_eq!(world.number("SELECT count(*) FROM trap WHERE times > 0"), 0);
}

#[test]
fn what_a_crash_left_noted_is_not_blamed_for_a_later_panic() {
    let world = TestWorld::new();
    happened(&world);
    world.transaction(|tx| begin(tx, &lane().name().unwrap(), 1)).unwrap();
    let other = Work::Job("backfill".to_owned());
    panic_in(&world, &other);
    let blamed = world.text("SELECT work FROM trap WHERE times > 0");
    assert_eq!(blamed, Some(other.name().unwrap()));
}
