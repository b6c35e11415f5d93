//! What the views show of one object and of its failures, over a real tenant with the local kintone.

use serde_json::{Value, json};

use super::Operation;
use super::tests::{change, customer, in_sync, read, stripe_answers};
use crate::port::{Clock as _, Sql as _};
use crate::tenant::Tenant;
use crate::test_world::TestWorld;
use crate::test_world::setup::mapping;

#[test]
fn a_customer_in_sync_shows_both_values_and_where_the_record_is() {
    let tenant = in_sync();
    let shown = customer(&tenant);
    assert_eq!(shown["standing"], "in_sync");
    let record = &shown["records"][0];
    assert_eq!(record["url"], "https://example.cybozu.com/k/1/show#record=1");
    assert_eq!(record["fields"][0]["label"], "氏名");
    assert_eq!(record["fields"][0]["stripe"], "山田花子");
    assert_eq!(record["fields"][0]["kintone"], "山田花子");
    assert_eq!(record["fields"][0]["differs"], false);
}

#[test]
fn the_fields_stand_in_the_order_of_the_mapping() {
    let mut mapping = mapping();
    let fields = mapping["targets"]["customers"]["fields"].as_array_mut().unwrap();
    fields.insert(0, json!({"field": "状態", "value": {"constant": "新規"}}));
    let (world, settings) = TestWorld::configured(&mapping);
    world.customer("cus_1", "山田花子");
    world.deliver(&settings);
    let shown = customer(&Tenant::open(world, settings).unwrap());
    let labels: Vec<_> =
        shown["records"][0]["fields"].as_array().unwrap().iter().map(|one| &one["label"]).collect();
    assert_eq!(labels, ["状態", "氏名"]);
}

#[test]
fn what_a_person_changed_or_deleted_in_kintone_is_seen_and_synced_on_demand() {
    let tenant = in_sync();
    tenant.world().person_edits(1, 1, &json!({"氏名": {"value": "別人"}}));
    let shown = customer(&tenant);
    assert_eq!(
        (&shown["standing"], &shown["records"][0]["fields"][0]["differs"]),
        (&json!("differs"), &json!(true))
    );
    change(&tenant, Operation::Sync, &json!({"object": {"kind": "customer", "id": "cus_1"}})).unwrap();
    assert_eq!(customer(&tenant)["standing"], "waiting");
    stripe_answers(&tenant);
    tenant.world().deliver(&tenant.settings);
    assert_eq!(customer(&tenant)["standing"], "in_sync");
    assert_eq!(tenant.world().values(1, "氏名"), ["山田花子"]);
    tenant.world().person_deletes(1, 1);
    assert_eq!(customer(&tenant)["records"][0]["code"], "record_deleted");
}

#[test]
fn a_failure_says_why_in_plain_words() {
    let tenant = in_sync();
    tenant.world().customer("cus_1", "十文字を超えるとても長い氏名");
    tenant.world().deliver(&tenant.settings);
    let record = &customer(&tenant)["records"][0];
    assert_eq!(record["standing"], "failed");
    assert!(record["text"]["ja"].as_str().unwrap().contains("氏名"), "{record}");
    let failures = read(&tenant, Operation::Failures, &json!({}));
    assert_eq!(failures["total"], 1);
    assert_eq!(failures["failures"][0]["id"], record["failure"]);
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["failed"], 1);
}

#[test]
fn a_failure_is_sent_again_once_it_is_mended_or_left_for_good_with_a_reason() {
    let tenant = in_sync();
    tenant.world().customer("cus_1", "十文字を超えるとても長い氏名");
    tenant.world().customer("cus_2", "これもまた長すぎるとても長い氏名");
    tenant.world().deliver(&tenant.settings);
    let failures = read(&tenant, Operation::Failures, &json!({}));
    let of = |object: &str| {
        let all = failures["failures"].as_array().unwrap();
        all.iter().find(|failure| failure["object"] == object).unwrap()["id"].clone()
    };
    let discard = |reason: &str| json!({"ids": [of("cus_2")], "reason": reason});
    assert_eq!(change(&tenant, Operation::Discard, &discard(" ")).unwrap_err().reason, "reason_needed");
    assert_eq!(change(&tenant, Operation::Discard, &discard("退会済み")).unwrap(), json!({"count": 1}));
    assert_eq!(
        change(&tenant, Operation::Replay, &json!({"ids": [of("cus_1")]})).unwrap(),
        json!({"count": 1})
    );
    tenant.world().deliver(&tenant.settings);
    assert_eq!(read(&tenant, Operation::Failures, &json!({}))["total"], 1, "nothing was mended");
    tenant.world().customer("cus_1", "山田");
    change(&tenant, Operation::Replay, &json!({"all": true})).unwrap();
    tenant.world().deliver(&tenant.settings);
    assert_eq!(read(&tenant, Operation::Failures, &json!({}))["total"], 0);
    assert_eq!(tenant.world().values(1, "氏名"), ["山田"]);
}

#[test]
fn who_still_sees_a_failure_that_was_solved_acts_on_no_other() {
    let tenant = in_sync();
    let fails = |id: &str| {
        tenant.world().customer(id, "十文字を超えるとても長い氏名");
        tenant.world().deliver(&tenant.settings);
        read(&tenant, Operation::Failures, &json!({}))["failures"][0]["id"].clone()
    };
    let seen = fails("cus_1");
    tenant.world().customer("cus_1", "山田");
    tenant.world().deliver(&tenant.settings);
    assert_ne!(fails("cus_2"), seen);
    let refused = change(&tenant, Operation::Discard, &json!({"ids": [seen], "reason": "退会済み"}));
    assert_eq!(refused.unwrap_err().reason, "no_such_failure");
    let refused = change(&tenant, Operation::Replay, &json!({"ids": [seen]}));
    assert_eq!(refused.unwrap_err().reason, "no_such_failure");
    assert_eq!(read(&tenant, Operation::Failures, &json!({}))["total"], 1);
}

#[test]
fn an_object_that_nothing_is_known_of_is_not_linked() {
    let tenant = in_sync();
    let shown = read(&tenant, Operation::Object, &json!({"kind": "customer", "id": "cus_9"}));
    assert_eq!(shown["standing"], "not_linked");
    let shown = read(&tenant, Operation::Object, &json!({"kind": "invoice", "id": "in_1"}));
    assert_eq!((&shown["standing"], &shown["records"]), (&json!("not_linked"), &json!([])));
}

#[test]
fn what_is_to_be_read_or_tried_again_waits_until_it_is_known_how_it_ended() {
    let tenant = in_sync();
    let unknown = json!({"kind": "customer", "id": "cus_9"});
    change(&tenant, Operation::Sync, &json!({"object": unknown})).unwrap();
    assert_eq!(read(&tenant, Operation::Object, &unknown)["standing"], "waiting");
    tenant.world().customer("cus_1", "十文字を超えるとても長い氏名");
    tenant.world().deliver(&tenant.settings);
    let failed = customer(&tenant)["records"][0].clone();
    assert_eq!(failed["standing"], "failed");
    change(&tenant, Operation::Replay, &json!({"ids": [failed["failure"]]})).unwrap();
    let again = customer(&tenant);
    assert_eq!((&again["standing"], &again["records"][0]["failure"]), (&json!("waiting"), &Value::Null));
    tenant.world().deliver(&tenant.settings);
    assert_eq!(customer(&tenant)["standing"], "failed", "nothing was mended");
    // What Stripe does not show is tried ever more rarely: that is no reason to wait.
    let given_up = "INSERT INTO read (object_id, kind, version, refused, not_before)
                    VALUES ('cus_1', 'customer', 1, 8, 9000000000000000)";
    tenant.world().transaction(|tx| tx.exec(given_up, &[])).unwrap();
    assert_eq!(customer(&tenant)["standing"], "failed");
}

#[test]
fn a_record_that_is_only_read_again_later_is_written() {
    let tenant = in_sync();
    let reread = [
        "INSERT INTO dirty (target, object_id, version, not_before, unknown) VALUES ('customers', 'cus_1', 1, 9000000000000000, 1)",
        "INSERT INTO late_request (target, object_id, lost) VALUES ('customers', 'cus_1', 1)",
    ];
    for sql in reread {
        tenant.world().transaction(|tx| tx.exec(sql, &[])).unwrap();
    }
    assert_eq!(customer(&tenant)["standing"], "in_sync");
}

/// A tenant whose target has this property, with one customer's record.
fn in_sync_with(property: &str, value: &str) -> Tenant<TestWorld> {
    let mut mapping = mapping();
    mapping["targets"]["customers"][property] = json!(value);
    let (world, settings) = TestWorld::configured(&mapping);
    world.customer("cus_1", "山田花子");
    world.deliver(&settings);
    Tenant::open(world, settings).unwrap()
}

fn only_record(tenant: &Tenant<TestWorld>) -> Value {
    customer(tenant)["records"][0].clone()
}

#[test]
fn what_a_person_changed_stays_where_records_are_only_made() {
    let tenant = in_sync_with("write_mode", "create_only");
    tenant.world().person_edits(1, 1, &json!({"氏名": {"value": "別人"}}));
    let record = only_record(&tenant);
    assert_eq!((&record["standing"], &record["differing"]), (&json!("in_sync"), &json!(0)));
    let field = &record["fields"][0];
    assert_eq!((&field["differs"], &field["keeps"]), (&json!(false), &json!(true)));
}

#[test]
fn no_record_is_promised_where_records_are_only_changed() {
    let tenant = in_sync_with("write_mode", "update_only");
    let record = only_record(&tenant);
    assert_eq!((&record["standing"], &record["code"]), (&json!("not_linked"), &json!("not_created")));
    assert_eq!(record["compared"], false);
}

#[test]
fn a_record_that_is_not_made_again_is_not_promised() {
    let tenant = in_sync_with("on_record_deleted", "leave");
    tenant.world().person_deletes(1, 1);
    let stays = (json!("not_linked"), json!("record_stays_deleted"));
    let record = only_record(&tenant);
    assert_eq!((record["standing"].clone(), record["code"].clone()), stays);
    change(&tenant, Operation::Sync, &json!({"object": {"kind": "customer", "id": "cus_1"}})).unwrap();
    stripe_answers(&tenant);
    tenant.world().deliver(&tenant.settings);
    let record = only_record(&tenant);
    assert_eq!((record["standing"].clone(), record["code"].clone()), stays);
}

#[test]
fn a_record_that_is_not_there_is_not_compared() {
    let tenant = in_sync();
    tenant.world().person_deletes(1, 1);
    let record = only_record(&tenant);
    assert_eq!((&record["code"], &record["compared"]), (&json!("record_deleted"), &json!(false)));
}

#[test]
fn a_hidden_field_that_differs_is_told_without_its_value() {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["fields"][0]["hidden"] = json!(true);
    let (world, settings) = TestWorld::configured(&mapping);
    world.customer("cus_1", "山田花子");
    world.deliver(&settings);
    world.person_edits(1, 1, &json!({"氏名": {"value": "別人"}}));
    let tenant = Tenant::open(world, settings).unwrap();
    let record = only_record(&tenant);
    assert_eq!((&record["standing"], &record["differing"]), (&json!("differs"), &json!(1)));
    assert_eq!(record["fields"], json!([]));
    assert!(record["text"]["ja"].as_str().unwrap().contains("表示しない項目"), "{record}");
}

/// A tenant with targets for customers and for invoices, in two apps.
fn with_invoices() -> Tenant<TestWorld> {
    let form =
        json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "名": {"type": "SINGLE_LINE_TEXT"}});
    let of = |source: &str, app: &str, path: &str| {
        json!({"source": source, "app": app, "key": {"field": "ID"},
            "fields": [{"field": "名", "value": {"path": path}}]})
    };
    let targets =
        json!({"customers": of("customer", "app1", "name"), "invoices": of("invoice", "app2", "number")});
    let (world, settings) =
        TestWorld::with_apps(&[form.clone(), form], &json!({"version": 1, "targets": targets}));
    world.customer("cus_1", "山田");
    for (id, kind) in [("in_1", "invoice"), ("sub_1", "subscription")] {
        world.object(id, &json!({"id": id, "object": kind, "customer": "cus_1", "created": 1}));
    }
    Tenant::open(world, settings).unwrap()
}

#[test]
fn of_a_customers_objects_those_are_listed_that_records_are_made_of() {
    let tenant = with_invoices();
    let shown = customer(&tenant);
    assert_eq!(shown["child_kinds"], json!(["invoice"]));
    let ids: Vec<_> = shown["children"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["in_1"]);
    assert_eq!(customer(&in_sync())["child_kinds"], json!([]));
}

#[test]
fn a_customers_objects_stand_as_their_own_pages_say() {
    let tenant = with_invoices();
    assert_eq!(customer(&tenant)["children"][0]["standing"], "waiting");
    let held = "UPDATE binding SET state = 'held', reason = 'records_found' WHERE target = 'invoices'";
    tenant.world().transaction(|tx| tx.exec(held, &[])).unwrap();
    let line = &customer(&tenant)["children"][0]["standing"];
    let own = read(&tenant, Operation::Object, &json!({"kind": "invoice", "id": "in_1"}));
    assert_eq!((line, &own["standing"]), (&json!("stopped"), &json!("stopped")));
}

#[test]
fn what_another_version_stored_is_not_told_as_missing() {
    let tenant = in_sync();
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["notice"], Value::Null);
    let body = r#"UPDATE document SET body = '{"of":"another version"}' WHERE name = 'mapping'"#;
    tenant.world().transaction(|tx| tx.exec(body, &[])).unwrap();
    tenant.reload().unwrap();
    let home = read(&tenant, Operation::Home, &json!({}));
    assert_eq!(home["configured"], false);
    assert!(home["notice"]["ja"].as_str().unwrap().contains("読み取れません"), "{home}");
    for (operation, request) in [
        (Operation::Object, json!({"kind": "customer", "id": "cus_1"})),
        (Operation::Sync, json!({"object": {"kind": "customer", "id": "cus_1"}})),
        (Operation::Replay, json!({"all": true})),
    ] {
        assert_eq!(change(&tenant, operation, &request).unwrap_err().reason, "configuration_unreadable");
    }
}

#[test]
fn a_hidden_field_is_not_shown() {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["fields"][0]["hidden"] = json!(true);
    let (world, settings) = TestWorld::configured(&mapping);
    world.customer("cus_1", "山田花子");
    world.deliver(&settings);
    let tenant = Tenant::open(world, settings).unwrap();
    assert_eq!(customer(&tenant)["records"][0]["fields"], json!([]));
}

#[test]
fn events_of_the_object_and_writes_are_what_happened_lately() {
    let tenant = in_sync();
    let event = json!({
        "id": "evt_1", "object": "event", "type": "customer.updated", "api_version": "2026-10-28.endive",
        "created": tenant.world().now() / 1_000, "livemode": false,
        "data": {"object": {"id": "cus_1", "object": "customer", "name": "山田花子", "created": 1}},
    });
    tenant.accept(event.to_string().as_bytes()).unwrap();
    let shown = customer(&tenant);
    let texts: Vec<_> =
        shown["happened"].as_array().unwrap().iter().map(|one| one["text"]["ja"].clone()).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts.iter().any(|text| text.as_str().unwrap().contains("「顧客の変更」")), "{texts:?}");
    assert!(texts.iter().any(|text| text.as_str().unwrap().contains("「顧客」のレコード")), "{texts:?}");
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["events_today"], 1);
}

#[test]
fn a_record_is_shown_without_kintones_values_once_the_days_share_is_used_up() {
    let tenant = in_sync();
    assert_eq!(customer(&tenant)["records"][0]["compared"], true);
    let used = "UPDATE request_count SET count = 5000";
    tenant.world().transaction(|tx| tx.exec(used, &[])).unwrap();
    let sent = || tenant.world().number("SELECT sum(count) FROM request_count");
    let shown = customer(&tenant);
    assert_eq!((&shown["records"][0]["compared"], sent()), (&json!(false), 5_000));
    assert_eq!(shown["standing"], "in_sync");
}

/// A customer that waits, because of what was done to the database.
fn waits_because(sql: &str) -> (Value, Value) {
    let tenant = in_sync();
    tenant.world().transaction(|tx| tx.exec(sql, &[])).unwrap();
    tenant.world().customer("cus_1", "山田太郎");
    let home = read(&tenant, Operation::Home, &json!({}))["targets"][0].clone();
    (customer(&tenant)["records"][0].clone(), home)
}

#[test]
fn what_waits_for_nine_oclock_or_for_kintone_says_so() {
    for (sql, code, word) in [
        ("UPDATE request_count SET count = 5000", "resting", "9:00"),
        ("UPDATE binding SET attempts = 3, not_before = 9e12", "retrying", "再試行"),
        (
            "INSERT INTO domain (domain, failures, until) VALUES ('example.cybozu.com', 9, 9e12)",
            "retrying",
            "再試行",
        ),
    ] {
        let (record, home) = waits_because(sql);
        assert_eq!((&record["standing"], &home["state"]), (&json!("waiting"), &json!("active")), "{sql}");
        for told in [&record["code"], &home["reason"]] {
            assert_eq!(told, code, "{sql}");
        }
        for told in [&record["text"], &home["text"]] {
            assert!(told["ja"].as_str().unwrap().contains(word), "{told}");
        }
    }
    let (record, home) = waits_because("UPDATE binding SET attempts = 0");
    assert_eq!((&record["text"], &home["text"]), (&Value::Null, &Value::Null));
}
