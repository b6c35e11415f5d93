use serde_json::{Value, json};

use super::{Active, ConfigError, MAPPING, Precondition, get, put_mapping};
use crate::port::Sql as _;
use crate::settings::Settings;
use crate::test_world::kintone::token;
use crate::test_world::setup::{connections, mapping};
use crate::test_world::{Fault, TestWorld, run};

fn put(
    world: &TestWorld,
    settings: &Settings,
    body: &str,
    precondition: &Precondition,
) -> Result<String, ConfigError> {
    run(put_mapping(world, settings, body.as_bytes(), precondition, "test")).map(|stored| stored.etag)
}

fn codes(error: &ConfigError) -> Vec<String> {
    match error {
        ConfigError::Issues(issues) => issues.iter().map(|issue| issue.code.clone()).collect(),
        other => panic!("{other:?}"),
    }
}

fn with_field(field: &str) -> Value {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["fields"][0]["field"] = json!(field);
    mapping
}

#[test]
fn a_put_says_which_document_it_replaces() {
    let (world, settings) = TestWorld::with_secrets();
    let body = mapping().to_string();
    let missing = put(&world, &settings, &body, &Precondition::Missing).unwrap_err();
    assert_eq!(missing.status(), 428);
    let other = put(&world, &settings, &body, &Precondition::IfMatch("x".to_owned())).unwrap_err();
    assert_eq!(other, ConfigError::PreconditionFailed { etag: None });
    let etag = put(&world, &settings, &body, &Precondition::IfNoneMatch).unwrap();
    let again = put(&world, &settings, &body, &Precondition::IfNoneMatch).unwrap_err();
    assert_eq!(again, ConfigError::PreconditionFailed { etag: Some(etag.clone()) });
    assert_eq!(again.status(), 412);
    assert_eq!(put(&world, &settings, &body, &Precondition::IfMatch(format!("\"{etag}\""))), Ok(etag));
}

#[test]
fn the_stored_body_is_the_one_that_was_put() {
    let (world, settings) = TestWorld::with_secrets();
    let body = format!("\n {} ", mapping());
    put(&world, &settings, &body, &Precondition::IfNoneMatch).unwrap();
    assert_eq!(get(&world, MAPPING).unwrap().unwrap().body, body);
}

#[test]
fn a_body_of_another_form_is_refused_with_its_path_and_the_old_one_stays() {
    let (world, settings) = TestWorld::configured(&mapping());
    let before = get(&world, MAPPING).unwrap();
    for (change, path) in [
        (r#"{"version":2,"targets":{}}"#, "version"),
        (r#"{"version":1,"targets":{},"extra":1}"#, "extra"),
        (
            r#"{"version":1,"targets":{"a":{"source":"customer","app":"x","key":{"field":"k"},"fields":[{"feld":"x"}]}}}"#,
            "targets.a.fields[0].feld",
        ),
        ("{", "."),
    ] {
        let replaces = Precondition::IfMatch(before.clone().unwrap().etag);
        match put(&world, &settings, change, &replaces).unwrap_err() {
            ConfigError::Form { path: found, reason } => {
                assert_eq!(found, path, "{reason}");
                assert!(!reason.is_empty());
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(get(&world, MAPPING).unwrap(), before);
    }
}

#[test]
fn nothing_is_active_until_both_documents_are_stored() {
    let (world, settings) = TestWorld::with_secrets();
    world.put_mapping(&settings, &mapping()).unwrap();
    assert_eq!(Active::load(&world).unwrap(), None);
    world.put_connections(&settings, &connections(1)).unwrap();
    assert!(Active::load(&world).unwrap().is_some());
    assert_eq!(world.state("customers"), ("active".to_owned(), None));
}

#[test]
fn an_alias_that_the_connections_do_not_name_is_refused() {
    let (world, settings) = TestWorld::configured(&mapping());
    let mut other = mapping();
    other["targets"]["customers"]["app"] = json!("別");
    assert_eq!(codes(&world.put_mapping(&settings, &other).unwrap_err()), ["no_connection"]);
}

#[test]
fn a_secret_that_is_not_stored_is_refused_with_the_command_that_stores_it() {
    let (world, settings) = TestWorld::with_secrets();
    let mut connections = connections(1);
    connections["apps"]["顧客"]["token_refs"] = json!(["kintone", "lookup"]);
    let error = world.put_connections(&settings, &connections).unwrap_err();
    assert_eq!(codes(&error), ["secret_missing"]);
    let ConfigError::Issues(issues) = error else { unreachable!() };
    assert!(issues[0].text.ja.contains("daicho secret set lookup"), "{}", issues[0].text.ja);
}

#[test]
fn a_host_that_is_none_of_kintones_is_refused() {
    let (world, settings) = TestWorld::with_secrets();
    let mut connections = connections(1);
    connections["apps"]["顧客"]["domain"] = json!("evil.test");
    match world.put_connections(&settings, &connections).unwrap_err() {
        ConfigError::Form { path, reason } => {
            assert_eq!(path, "apps.顧客.domain");
            assert!(reason.contains("example.cybozu.com"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    assert!(world.sent.borrow().is_empty());
}

#[test]
fn a_mapping_that_does_not_fit_the_live_form_is_refused_and_the_old_one_stays() {
    let (world, settings) = TestWorld::configured(&mapping());
    let before = get(&world, MAPPING).unwrap();
    let error = world.put_mapping(&settings, &with_field("住所")).unwrap_err();
    assert_eq!(codes(&error), ["unknown_field"]);
    assert_eq!(error.status(), 422);
    assert_eq!(get(&world, MAPPING).unwrap(), before);
    assert_eq!(world.state("customers").0, "active");
}

#[test]
fn while_kintone_is_down_a_mapping_is_stored_and_nothing_is_written_by_it() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.read_faults.borrow_mut().push_back(Fault::Page(503));
    let stored = world.put_mapping(&settings, &with_field("メモ")).unwrap();
    assert_eq!(stored.issues[0].code, "not_checked");
    assert_eq!(world.state("customers"), ("unchecked".to_owned(), Some("not_checked".to_owned())));
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 0);
    world.deliver_later(&settings);
    assert_eq!(world.state("customers").0, "active");
    assert_eq!(world.values(1, "メモ"), ["山田"]);
}

#[test]
fn a_mapping_that_turns_out_not_to_fit_writes_nothing() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.read_faults.borrow_mut().push_back(Fault::LostBefore);
    world.put_mapping(&settings, &with_field("住所")).unwrap();
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.deliver_later(&settings);
    assert_eq!(world.state("customers"), ("paused".to_owned(), Some("mapping_issues".to_owned())));
    assert_eq!(world.records(1).len(), 0);
}

#[test]
fn an_unknown_token_is_stored_and_says_what_to_do() {
    let (world, settings) = TestWorld::with_secrets();
    world.put_secret(&settings, "kintone", "mistyped");
    world.put_mapping(&settings, &mapping()).unwrap();
    let stored = world.put_connections(&settings, &connections(1)).unwrap();
    assert_eq!(stored.issues[0].code, "token_unknown");
    assert_eq!(world.state("customers"), ("paused".to_owned(), Some("token_unknown".to_owned())));
    world.put_secret(&settings, "kintone", &token(1));
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("active".to_owned(), None));
}

#[test]
fn an_app_that_another_tenant_holds_is_refused() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.create_app(2);
    world.put_secret(&settings, "kintone", &token(2));
    let mut address = world.claimed.borrow()[0].clone();
    address.app.0 = 2;
    world.held_elsewhere.borrow_mut().insert(address.clone());
    let error = world.put_connections(&settings, &connections(2)).unwrap_err();
    assert_eq!(error, ConfigError::Claimed(vec![address]));
    assert_eq!(error.status(), 409);
    assert!(error.to_string().contains("example.cybozu.com/-/2"), "{error}");
    let claimed: Vec<u64> = world.claimed.borrow().iter().map(|app| app.app.0).collect();
    assert_eq!(claimed, [1]);
}

#[test]
fn while_the_directory_is_down_nothing_is_written() {
    let (world, settings) = TestWorld::with_secrets();
    world.directory_is_down.set(true);
    world.put_mapping(&settings, &mapping()).unwrap();
    world.put_connections(&settings, &connections(1)).unwrap();
    assert_eq!(world.state("customers"), ("unchecked".to_owned(), Some("claim_unknown".to_owned())));
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 0);
    world.directory_is_down.set(false);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田"]);
}

#[test]
fn an_app_with_records_is_held_with_their_number() {
    let (world, settings) = TestWorld::with_secrets();
    world.person_adds(1, &json!({"氏名": {"value": "佐藤"}}));
    world.put_mapping(&settings, &mapping()).unwrap();
    world.put_connections(&settings, &connections(1)).unwrap();
    assert_eq!(world.state("customers"), ("held".to_owned(), Some("records_found".to_owned())));
    assert_eq!(world.number("SELECT found FROM binding"), 1);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 1);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 1);
}

#[test]
fn records_are_counted_once() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.put_mapping(&settings, &with_field("メモ")).unwrap();
    assert_eq!(world.state("customers").0, "active");
}

#[test]
fn another_app_is_bound_anew_and_gets_every_record() {
    let (world, settings) = TestWorld::configured(&mapping());
    for id in 0..3 {
        world.customer(&format!("cus_{id}"), "山田");
    }
    world.deliver(&settings);
    world.create_app(2);
    world.put_secret(&settings, "kintone", &token(2));
    world.put_connections(&settings, &connections(2)).unwrap();
    assert_eq!(world.number("SELECT count(*) FROM record"), 0);
    world.deliver(&settings);
    assert_eq!(world.values(2, "顧客ID"), ["cus_0", "cus_1", "cus_2"]);
}

#[test]
fn a_new_mapping_writes_every_object_again_in_slices() {
    let (world, settings) = TestWorld::configured(&mapping());
    for id in 0..250 {
        world.customer(&format!("cus_{id:03}"), "山田");
    }
    world.deliver(&settings);
    world.put_mapping(&settings, &with_field("メモ")).unwrap();
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    super::rescan_slice(&world, &world.active()).unwrap();
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 100);
    world.deliver(&settings);
    assert_eq!(world.values(1, "メモ"), vec!["山田"; 250]);
    assert!(!super::rescan_pending(&world).unwrap());
}

/// Invoices by their id, and the same by their number.
fn by_id_and_by_number() -> (Value, Value) {
    let mut by_id = mapping();
    by_id["targets"]["customers"]["source"] = json!("invoice");
    let mut by_number = by_id.clone();
    by_number["targets"]["customers"]["key"]["path"] = json!("number");
    (by_id, by_number)
}

fn invoice(name: &str) -> Value {
    json!({"id": "in_1", "object": "invoice", "name": name, "number": "A-1"})
}

#[test]
fn another_key_is_filled_into_the_records_that_are_there() {
    let (by_id, by_number) = by_id_and_by_number();
    let (world, settings) = TestWorld::configured(&by_id);
    world.object("in_1", &invoice("山田"));
    world.deliver(&settings);
    world.put_mapping(&settings, &by_number).unwrap();
    world.deliver(&settings);
    assert_eq!(world.values(1, "顧客ID"), ["A-1"]);
}

#[test]
fn another_key_is_refused_while_a_record_may_appear_under_the_one_before() {
    let (by_id, by_number) = by_id_and_by_number();
    let (world, settings) = TestWorld::configured(&by_id);
    world.write_faults.borrow_mut().push_back(Fault::LostAfter);
    world.object("in_1", &invoice("山田"));
    world.deliver(&settings);
    let refused = world.put_mapping(&settings, &by_number).unwrap_err();
    assert_eq!(refused, ConfigError::KeyInUse { target: "customers".to_owned() });
    while world.number("SELECT count(*) FROM late_request") > 0 {
        world.deliver_later(&settings);
    }
    world.put_mapping(&settings, &by_number).unwrap();
    world.deliver(&settings);
    assert_eq!(world.values(1, "顧客ID"), ["A-1"], "there is one record");
}

#[test]
fn another_key_is_refused_while_a_record_is_being_made() {
    let (by_id, by_number) = by_id_and_by_number();
    let (world, settings) = TestWorld::configured(&by_id);
    let settings_then = settings.clone();
    let during_the_write = move |world: &TestWorld| {
        assert_eq!(world.writes().len(), 1);
        let refused = world.put_mapping(&settings_then, &by_number).unwrap_err();
        assert_eq!(refused.code(), "key_in_use");
    };
    *world.meanwhile.borrow_mut() = Some(Box::new(move |world: &TestWorld| {
        // That was the look.
        *world.meanwhile.borrow_mut() = Some(Box::new(during_the_write));
    }));
    world.object("in_1", &invoice("山田"));
    world.deliver(&settings);
    assert_eq!(world.values(1, "顧客ID"), ["in_1"]);
    assert!(world.meanwhile.borrow().is_none(), "both requests were made");
}

#[test]
fn another_key_is_filled_in_where_a_write_of_the_old_one_was_under_way() {
    let (by_id, by_number) = by_id_and_by_number();
    let (world, settings) = TestWorld::configured(&by_id);
    world.object("in_1", &invoice("山田"));
    world.deliver(&settings);
    let settings_then = settings.clone();
    *world.meanwhile.borrow_mut() = Some(Box::new(move |world: &TestWorld| {
        world.put_mapping(&settings_then, &by_number).unwrap();
    }));
    world.object("in_1", &invoice("鈴木"));
    world.deliver(&settings);
    assert_eq!(
        (world.values(1, "顧客ID"), world.values(1, "氏名")),
        (vec!["A-1".to_owned()], vec!["鈴木".to_owned()])
    );
}

#[test]
fn what_was_seen_in_one_app_is_not_known_of_the_next() {
    let mut creating = mapping();
    creating["targets"]["customers"]["write_mode"] = json!("create_only");
    let (world, settings) = TestWorld::configured(&creating);
    world.create_app(2);
    world.put_secret(&settings, "kintone2", &token(2));
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "手入力"}}));
    let settings_then = settings.clone();
    *world.meanwhile.borrow_mut() = Some(Box::new(move |world: &TestWorld| {
        let mut second = connections(2);
        second["apps"]["顧客"]["token_refs"] = json!(["kintone2"]);
        world.put_connections(&settings_then, &second).unwrap();
    }));
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.values(2, "顧客ID"), ["cus_1"]);
    assert_eq!(world.values(1, "氏名"), ["手入力"]);
}

#[test]
fn what_no_event_keeps_right_is_refused_and_not_left_to_go_stale() {
    let (world, settings) = TestWorld::configured(&mapping());
    for (value, kind) in [
        (json!({"path": "schedule.end_behavior"}), "subscription_schedule"),
        (json!({"template": "{{ latest_invoice.payment_intent.status }}"}), "payment_intent"),
        (json!({"first": ["name", "default_source.brand"]}), "source"),
    ] {
        let mut wanted = mapping();
        wanted["targets"]["customers"]["fields"][0]["value"] = value.clone();
        let ConfigError::Issues(issues) = world.put_mapping(&settings, &wanted).unwrap_err() else {
            panic!("{value}");
        };
        assert_eq!(issues[0].code, "not_followed", "{value}");
        assert_eq!((issues[0].target.as_deref(), issues[0].rule), (Some("customers"), Some(0)));
        assert!(issues[0].text.en.contains(kind), "{}", issues[0].text.en);
    }
}

#[test]
fn a_time_zone_is_the_platforms_and_one_that_it_does_not_know_is_refused() {
    let in_zone = |zone: &str| {
        let mut mapping = mapping();
        mapping["targets"]["customers"]["fields"][0] = json!(
            {"field": "氏名", "value": {"path": "created"}, "transform": [{"date": {"zone": zone}}]});
        mapping
    };
    let (world, settings) = TestWorld::configured(&in_zone("America/New_York"));
    // 2026-11-22T04:30:00Z: in New York it is still the day before.
    world.object("cus_1", &json!({"id": "cus_1", "object": "customer", "created": 1_795_321_800}));
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["2026-11-21"]);
    let ConfigError::Issues(issues) = world.put_mapping(&settings, &in_zone("Europe/Atlantis")).unwrap_err()
    else {
        panic!("an unknown zone was taken");
    };
    assert_eq!(issues[0].code, "unknown_zone");
}

#[test]
fn a_target_that_a_mapping_leaves_as_it_was_is_not_asked_about() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.put_mapping(&settings, &mapping()).unwrap();
    assert!(world.sent.borrow().is_empty());
    assert!(!super::rescan_pending(&world).unwrap());
}

#[test]
fn a_target_that_is_gone_leaves_nothing_to_be_written() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.put_mapping(&settings, &json!({"version": 1, "targets": {}})).unwrap();
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    assert_eq!(world.number("SELECT count(*) FROM binding"), 0);
    assert_eq!(world.deliver(&settings), 0);
}

#[test]
fn a_document_that_changed_while_kintone_was_asked_is_not_overwritten() {
    let (world, settings) = TestWorld::configured(&mapping());
    let replaces = Precondition::IfMatch(get(&world, MAPPING).unwrap().unwrap().etag);
    let meanwhile = |world: &TestWorld| {
        world
            .transaction(|tx| tx.exec("UPDATE document SET etag = 'other' WHERE name = 'mapping'", &[]))
            .unwrap();
    };
    *world.meanwhile.borrow_mut() = Some(Box::new(meanwhile));
    let error = put(&world, &settings, &with_field("メモ").to_string(), &replaces).unwrap_err();
    assert_eq!(error, ConfigError::PreconditionFailed { etag: Some("other".to_owned()) });
}

#[test]
fn a_mapping_is_not_stored_beside_connections_it_was_not_checked_with() {
    let (world, settings) = TestWorld::configured(&mapping());
    let before = get(&world, MAPPING).unwrap().unwrap();
    let meanwhile = |world: &TestWorld| {
        world
            .transaction(|tx| tx.exec("UPDATE document SET etag = 'x' WHERE name = 'connections'", &[]))
            .unwrap();
    };
    *world.meanwhile.borrow_mut() = Some(Box::new(meanwhile));
    let error = world.put_mapping(&settings, &with_field("メモ")).unwrap_err();
    assert_eq!(error.status(), 412);
    assert_eq!(get(&world, MAPPING).unwrap(), Some(before));
}

/// The mapping with a second target like the first, each with these changes, and connections whose aliases 顧客 and
/// 別名 lead to app 1.
fn twins(changes: [Value; 2]) -> (Value, Value) {
    let mut both = mapping();
    let mut other = both["targets"]["customers"].clone();
    other["app"] = json!("別名");
    both["targets"]["others"] = other;
    for (name, changes) in ["customers", "others"].iter().zip(changes) {
        for (key, value) in changes.as_object().unwrap() {
            both["targets"][name][key] = value.clone();
        }
    }
    let mut connections = connections(1);
    connections["apps"]["別名"] = connections["apps"]["顧客"].clone();
    (both, connections)
}

#[test]
fn targets_that_would_write_to_each_others_records_are_refused() {
    let of =
        |condition: &str, on_leave: &str| json!({"condition": {"name": [condition]}, "on_leave": on_leave});
    let memo = json!({"fields": [{"field": "メモ", "value": {"path": "email"}}]});
    for changes in [
        [json!({}), json!({})],
        [json!({}), of("a", "keep")],
        [of("a", "keep"), of("b", "clear")],
        [of("a", "delete"), of("b", "keep")],
        [of("a", "delete"), memo.clone()],
        [json!({"condition": {"name": ["a"]}, "on_leave": {"mark": {"field": "メモ", "value": "x"}}}), memo],
    ] {
        let (both, connections) = twins(changes);
        let (world, settings) = TestWorld::with_secrets();
        world.put_connections(&settings, &connections).unwrap();
        let error = world.put_mapping(&settings, &both).unwrap_err();
        assert_eq!(codes(&error), ["same_records"], "{both}");
        let ConfigError::Issues(issues) = error else { unreachable!() };
        assert_eq!(
            (issues[0].target.as_deref(), issues[0].value.as_deref()),
            (Some("others"), Some("customers"))
        );
    }
}

#[test]
fn connections_that_lead_two_targets_to_the_same_records_are_refused() {
    let (both, same) = twins([json!({}), json!({})]);
    let (world, settings) = TestWorld::with_secrets();
    world.put_mapping(&settings, &both).unwrap();
    assert_eq!(codes(&world.put_connections(&settings, &same).unwrap_err()), ["same_records"]);
}

#[test]
fn targets_may_share_an_app_where_neither_touches_the_others_records() {
    let of = |condition: &str| json!({"condition": {"name": [condition]}});
    let memo = json!({"fields": [{"field": "メモ", "value": {"path": "email"}}]});
    let status =
        json!({"source": "subscription", "fields": [{"field": "氏名", "value": {"path": "status"}}]});
    for changes in [[of("a"), of("b")], [json!({}), memo], [json!({}), status]] {
        let (both, connections) = twins(changes);
        let (world, settings) = TestWorld::with_secrets();
        world.put_connections(&settings, &connections).unwrap();
        assert_eq!(world.put_mapping(&settings, &both).map(|stored| stored.issues), Ok(vec![]), "{both}");
    }
}

#[test]
fn a_key_field_that_the_form_has_under_another_code_now_may_be_followed_at_once() {
    let (by_id, _) = by_id_and_by_number();
    let (world, settings) = TestWorld::configured(&by_id);
    world.write_faults.borrow_mut().push_back(Fault::LostAfter);
    world.object("in_1", &invoice("山田"));
    world.deliver(&settings);
    let mut form = world.form(1);
    let mut key = form.as_object_mut().unwrap().remove("顧客ID").unwrap();
    key["code"] = json!("請求ID");
    form["請求ID"] = key;
    world.change_form(1, form);
    // kintone keeps values under a field's new code.
    world.person_edits(1, 1, &json!({"請求ID": {"value": "in_1"}}));
    world.pass(3_600_000);
    world.deliver(&settings);
    assert_eq!(world.number("SELECT count(*) FROM dirty WHERE unknown > 0"), 1);
    let mut renamed = by_id;
    renamed["targets"]["customers"]["key"]["field"] = json!("請求ID");
    world.put_mapping(&settings, &renamed).unwrap();
    world.deliver(&settings);
    assert_eq!((world.records(1).len(), world.number("SELECT count(*) FROM dirty")), (1, 0));
}
