//! What keeps requests within bounds: the domain's breaker, the day's budget.

use serde_json::{Value, json};

use crate::kintone::breaker;
use crate::port::Millis;
use crate::status::Status;
use crate::test_world::setup::{connections, mapping};
use crate::test_world::{Fault, TestWorld};

const DAY: Millis = 86_400_000;

/// As many apps of one domain, each with a target of its own, `t1`, `t2`, ….
fn with_apps(count: usize) -> (TestWorld, crate::Settings) {
    let form =
        json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "氏名": {"type": "SINGLE_LINE_TEXT"}});
    let target = |number: usize| {
        let target = json!({"source": "customer", "app": format!("app{number}"), "key": {"field": "ID"},
            "fields": [{"field": "氏名", "value": {"path": "name"}}]});
        (format!("t{number}"), target)
    };
    let targets: serde_json::Map<String, Value> = (1..=count).map(target).collect();
    TestWorld::with_apps(&vec![form; count], &json!({"version": 1, "targets": targets}))
}

fn status(world: &TestWorld, settings: &crate::Settings) -> Status {
    Status::read(world, settings, world.now.get(), None, true).unwrap()
}

fn fail_next(world: &TestWorld, fault: &Fault, requests: usize) {
    world.write_faults.borrow_mut().extend(std::iter::repeat_n(fault.clone(), requests));
}

/// The same of requests that look at records.
fn fail_next_looks(world: &TestWorld, fault: &Fault, requests: usize) {
    world.read_faults.borrow_mut().extend(std::iter::repeat_n(fault.clone(), requests));
}

#[test]
fn a_domain_that_fails_five_times_in_a_row_is_left_alone_by_all_its_apps() {
    let (world, settings) = with_apps(7);
    fail_next_looks(&world, &Fault::LostBefore, 5);
    world.forget_sent();
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.sent.borrow().len(), 5, "the two other apps are not asked any more");
    let domain = &status(&world, &settings).domains["example.cybozu.com"];
    assert_eq!(domain.failures, 5);
    assert!(domain.until > world.now.get() && domain.text.ja.contains("自動で再開"));
    assert_eq!(breaker::most_lanes(&world, "example.cybozu.com"), Ok(1), "then it is tried by one");
    while world.number("SELECT count(*) FROM dirty") > 0 {
        world.deliver_later(&settings);
    }
    assert_eq!((1..=7).map(|app| world.records(app).len()).collect::<Vec<_>>(), [1; 7]);
    assert!(status(&world, &settings).domains.is_empty());
    assert!(breaker::most_lanes(&world, "example.cybozu.com").unwrap() > 1);
}

#[test]
fn while_it_is_down_a_domain_is_asked_ever_more_rarely_but_never_left_for_over_a_minute() {
    let (world, settings) = with_apps(7);
    fail_next(&world, &Fault::Page(503), 40);
    fail_next_looks(&world, &Fault::Page(503), 40);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    let begin = world.now.get();
    for _ in 0..25 {
        world.forget_sent();
        let before = world.now.get();
        world.deliver_later(&settings);
        assert!(world.sent.borrow().len() <= 1, "one request at a time");
        assert!(world.now.get() - before <= 61_000, "{} ms", world.now.get() - before);
    }
    assert!(world.now.get() - begin > 8 * 60_000, "{} ms", world.now.get() - begin);
}

#[test]
fn a_lock_of_one_app_is_not_the_domains_trouble() {
    let (world, settings) = with_apps(7);
    let locked = Fault::Answer(400, json!({"code": "GAIA_DA02", "id": "x", "message": "x"}));
    fail_next(&world, &locked, 7);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.writes().len(), 7);
    assert!(status(&world, &settings).domains.is_empty());
    let busy = Fault::Answer(429, json!({"code": "GAIA_TO04", "id": "x", "message": "x"}));
    fail_next_looks(&world, &busy, 20);
    world.pass(300_000);
    world.deliver(&settings);
    assert_eq!(status(&world, &settings).domains["example.cybozu.com"].failures, 5);
}

/// One target whose app may have so many requests a day.
fn with_share(share: u32) -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(&mapping());
    let mut connections = connections(1);
    connections["apps"]["顧客"]["daily_requests"] = json!(share);
    world.put_connections(&settings, &connections).unwrap();
    world.pass(DAY);
    world.customer("cus_0", "山田");
    world.deliver(&settings);
    world.pass(DAY);
    world.forget_sent();
    (world, settings)
}

#[test]
fn a_busy_day_is_spread_and_ends_within_the_share() {
    let (world, settings) = with_share(40);
    let begin = world.now.get();
    let mut number = 0;
    while world.now.get() < begin + DAY {
        number += 1;
        world.customer("cus_0", &format!("山田{number}"));
        world.deliver_later(&settings);
    }
    world.now.set(begin);
    let status = status(&world, &settings);
    let requests = &status.requests["example.cybozu.com/-/1"];
    assert!((30..=40).contains(&requests.today), "{requests:?}");
    assert!(number < 60, "what came meanwhile went together: {number}");
}

#[test]
fn the_status_says_how_the_days_requests_stand() {
    let (world, settings) = with_share(10);
    let requests = |world: &TestWorld| status(world, &settings).requests["example.cybozu.com/-/1"].clone();
    assert_eq!((requests(&world).today, requests(&world).share, requests(&world).until), (0, 10, None));
    for number in 0..6 {
        world.customer("cus_0", &format!("山田{number}"));
        world.deliver(&settings);
    }
    let spread = requests(&world);
    assert!(spread.gap.is_some() && spread.until.is_some_and(|until| until > world.now.get()), "{spread:?}");
    assert!(spread.text.unwrap().en.contains("Requests are spread"));
    for number in 0..10 {
        world.customer("cus_0", &format!("鈴木{number}"));
        world.deliver_later(&settings);
        let requests = requests(&world);
        assert!(requests.today <= 10, "{requests:?}");
    }
}

#[test]
fn at_the_ceiling_everything_waits_until_nine_in_japan_and_is_written_then() {
    let (world, settings) = with_share(1);
    world.customer("cus_0", "鈴木");
    world.deliver(&settings);
    // The hourly look at the form took the day's only request.
    assert_eq!(world.writes().len(), 0);
    let requests = status(&world, &settings).requests["example.cybozu.com/-/1"].clone();
    let nine = (world.now.get() / DAY + 1) * DAY;
    assert_eq!(requests.until, Some(nine));
    assert!(requests.text.unwrap().ja.contains("9:00まで"));
}
