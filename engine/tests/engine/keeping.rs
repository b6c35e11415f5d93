//! What is kept for a time, and under which key.

use daicho_engine::config::Precondition;
use daicho_engine::port::Sql as _;
use daicho_engine::secret::SealingKeys;
use serde_json::json;

use crate::world::{mapping, put_up};

const DAY: i64 = 86_400_000;

#[test]
fn a_new_sealing_key_takes_over_by_itself_when_the_tenant_is_opened() {
    let mut life = put_up(1);
    life.configure();
    life.rest();
    let (old, new) =
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
    let keys = |keys: serde_json::Value| {
        SealingKeys::parse(&json!({"current": "k2", "keys": keys}).to_string()).unwrap()
    };
    life.settings.sealing = keys(json!({"k1": old, "k2": new}));
    life.crash();
    life.rest();
    let sealing = life.tenant.status().unwrap().sealing;
    assert_eq!((sealing.keys["k1"].sealed, sealing.keys["k2"].sealed), (0, 2));
    assert!(sealing.keys["k1"].removable && !sealing.under_way);
    // The old key is taken away, and everything goes on.
    life.settings.sealing = keys(json!({"k2": new}));
    life.crash();
    let id = life.make("/v1/customers", "name=after");
    life.rest();
    assert_eq!(life.field(&id, "name"), "after");
}

#[test]
fn the_inbox_does_not_grow_with_the_years_and_nothing_is_taken_in_twice() {
    let mut life = put_up(1);
    life.configure();
    life.rest();
    for _ in 0..12 {
        for _ in 0..10 {
            life.make("/v1/customers", "name=a");
        }
        life.pass(7 * DAY);
    }
    let kept = life.world.number("SELECT count(*) FROM inbox");
    assert!((50..=70).contains(&kept), "{kept}");
    let oldest = life.world.number("SELECT min(received) FROM inbox");
    assert!(life.world.0.now.get() - oldest <= 36 * DAY + DAY / 2);
    assert_eq!(life.tenant.gap_check().unwrap().unwrap().found, 0);
    assert_eq!(life.world.records().len(), 120);
}

#[test]
fn what_another_version_stored_and_this_one_cannot_use_is_told_and_can_be_put_anew() {
    let plain = mapping("customer", &json!([{"field": "name", "value": {"path": "name"}}]));
    let mut odd_path = plain.clone();
    odd_path["targets"]["records"]["fields"][0]["value"]["path"] = json!("a[[");
    for body in [json!({"version": 1, "targets": {}, "of_a_later_version": true}), odd_path] {
        let mut life = put_up(1);
        life.configure_with(&plain);
        let sql = "UPDATE document SET body = ?1 WHERE name = 'mapping'";
        life.world.0.sql.transaction(|tx| tx.exec(sql, &[body.to_string().into()])).unwrap();
        life.crash();
        let status = life.tenant.status().unwrap();
        assert!(
            !status.configured && status.notice.unwrap().en.contains("cannot read what is stored (mapping)")
        );
        let id = life.make("/v1/customers", "name=kept");
        life.pass(60_000);
        let tenant = std::rc::Rc::clone(&life.tenant);
        let found = Precondition::IfMatch(tenant.mapping().unwrap().unwrap().etag);
        life.until(tenant.put_mapping(plain.to_string().as_bytes(), &found, "test")).unwrap();
        life.rest();
        assert!(life.tenant.status().unwrap().configured);
        assert_eq!(life.field(&id, "name"), "kept");
    }
}
