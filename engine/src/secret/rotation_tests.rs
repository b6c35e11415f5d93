use base64::Engine as _;
use serde_json::json;

use super::{Sealing, plan, ring};
use crate::port::{Clock as _, Sql as _};
use crate::secret::{self, SealingKeys};
use crate::settings::Settings;
use crate::test_world::TestWorld;
use crate::test_world::setup::settings;

/// The keys that hold `k1` of [`settings`] and others, of which `current` seals.
fn keys(current: &str, held: &[(&str, u8)]) -> SealingKeys {
    let key = |byte: u8| base64::engine::general_purpose::STANDARD.encode([byte; 32]);
    let keys: serde_json::Map<_, _> =
        held.iter().map(|(id, byte)| ((*id).to_owned(), json!(key(*byte)))).collect();
    SealingKeys::parse(&json!({"current": current, "keys": keys}).to_string()).unwrap()
}

fn both() -> SealingKeys {
    keys("k2", &[("k1", 7), ("k2", 8)])
}

/// Secrets sealed under `k1`.
fn stored(count: usize) -> (TestWorld, Settings) {
    let (world, settings) = (TestWorld::new(), settings());
    for number in 0..count {
        world.put_secret(&settings, &format!("s{number:02}"), &format!("value{number}"));
    }
    (world, settings)
}

fn is_planned(world: &TestWorld, keys: &SealingKeys) -> bool {
    world.transaction(|tx| plan(tx, keys, world.now())).unwrap();
    world.number("SELECT count(*) FROM timer") == 1
}

#[test]
fn a_new_key_takes_over_everything_in_slices() {
    let (world, mut settings) = stored(45);
    assert!(!is_planned(&world, &settings.sealing), "nothing is to be done under the same key");
    settings.sealing = both();
    assert!(is_planned(&world, &settings.sealing));
    let mut left = Vec::new();
    while !ring(&world, &settings.sealing, &settings.name).unwrap() {
        left.push(Sealing::read(&world, &settings.sealing).unwrap().keys["k1"].sealed);
    }
    assert_eq!(left, [25, 5]);
    assert_eq!(world.number("SELECT count(*) FROM timer"), 0);
    assert_eq!(world.number("SELECT count(*) FROM meta"), 0);
    let only_new = keys("k2", &[("k2", 8)]);
    for number in 0..45 {
        let opened = secret::open(&world, &only_new, &settings.name, &format!("s{number:02}")).unwrap();
        assert_eq!(opened.expose(), format!("value{number}"));
    }
}

#[test]
fn the_report_says_when_the_old_key_may_go() {
    let (world, mut settings) = stored(3);
    settings.sealing = both();
    assert!(is_planned(&world, &settings.sealing));
    let before = Sealing::read(&world, &settings.sealing).unwrap();
    assert!(before.under_way && !before.keys["k1"].removable && before.text.is_none());
    assert!(ring(&world, &settings.sealing, &settings.name).unwrap());
    let after = Sealing::read(&world, &settings.sealing).unwrap();
    assert!(!after.under_way && after.keys["k1"].removable && !after.keys["k2"].removable);
    assert_eq!((after.keys["k1"].sealed, after.keys["k2"].sealed), (0, 3));
    assert!(after.text.unwrap().en.contains("k1"));
}

#[test]
fn what_does_not_open_stays_and_holds_up_no_other() {
    let (world, mut settings) = stored(30);
    settings.sealing = both();
    for change in [
        "UPDATE secret SET key_id = 'gone' WHERE name < 's10'",
        "UPDATE secret SET nonce = zeroblob(12) WHERE name < 's20'",
    ] {
        world.transaction(|tx| tx.exec(change, &[])).unwrap();
    }
    assert!(is_planned(&world, &settings.sealing));
    while !ring(&world, &settings.sealing, &settings.name).unwrap() {}
    let report = Sealing::read(&world, &settings.sealing).unwrap();
    let sealed = |id: &str| report.keys[id].sealed;
    assert_eq!((sealed("gone"), sealed("k1"), sealed("k2")), (10, 10, 10));
    assert!(!report.keys["k1"].removable, "something is still sealed under it");
    assert!(report.text.unwrap().en.contains("gone"));
    assert!(world.lines.borrow().iter().any(|line| line.contains("secret_not_resealed")));
}

#[test]
fn what_only_an_unknown_key_opens_is_no_reason_to_begin() {
    let (world, _) = stored(1);
    assert!(!is_planned(&world, &keys("k2", &[("k2", 8)])));
}
