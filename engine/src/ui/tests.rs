//! What the views are told, over a real tenant with the local kintone.

use serde_json::{Value, json};

use super::{Caller, Operation, Refusal};
use crate::port::{Clock as _, Sql as _};
use crate::tenant::Tenant;
use crate::test_world::kintone::token;
use crate::test_world::setup::{connections, mapping};
use crate::test_world::{TestWorld, run};

/// A call, with a nonce that was not used before.
pub(super) fn asked(
    tenant: &Tenant<TestWorld>,
    operation: Operation,
    roles: &[&str],
    request: &Value,
) -> Result<Value, Refusal> {
    let used = tenant.world().number("SELECT count(*) FROM ui_nonce");
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let caller = Caller { user: "usr_1".to_owned(), roles: Some(roles), nonce: format!("nonce-{used}") };
    let answer = run(tenant.ui(operation, &caller, &request.to_string()))?;
    Ok(serde_json::from_str(&answer).unwrap())
}

fn read(tenant: &Tenant<TestWorld>, operation: Operation, request: &Value) -> Value {
    asked(tenant, operation, &[], request).unwrap()
}

fn change(tenant: &Tenant<TestWorld>, operation: Operation, request: &Value) -> Result<Value, Refusal> {
    asked(tenant, operation, &["admin"], request)
}

/// A tenant with one customer whose record is written.
pub(super) fn in_sync() -> Tenant<TestWorld> {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田花子");
    world.deliver(&settings);
    Tenant::open(world, settings).unwrap()
}

/// What was asked for is read, and is as it was.
fn stripe_answers(tenant: &Tenant<TestWorld>) {
    tenant.world().transaction(|tx| tx.exec("DELETE FROM read", &[])).unwrap();
}

fn customer(tenant: &Tenant<TestWorld>) -> Value {
    read(tenant, Operation::Object, &json!({"kind": "customer", "id": "cus_1"}))
}

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
fn only_administrators_and_developers_change_anything() {
    let tenant = in_sync();
    for operation in Operation::ALL.iter().filter(|operation| operation.access() == super::Access::Change) {
        let refused = asked(&tenant, *operation, &["analyst", "view_only"], &json!({})).unwrap_err();
        assert_eq!((refused.status, refused.reason.as_str()), (403, "role_needed"), "{operation:?}");
    }
}

#[test]
fn reading_is_for_the_roles_that_the_connections_name() {
    let (world, settings) = TestWorld::configured(&mapping());
    let mut named = connections(1);
    named["read_roles"] = json!(["support_specialist"]);
    world.put_connections(&settings, &named).unwrap();
    let tenant = Tenant::open(world, settings).unwrap();
    let home = |roles: &[&str]| asked(&tenant, Operation::Home, roles, &json!({}));
    assert_eq!(home(&["analyst"]).unwrap_err().reason, "reading_not_allowed");
    assert!(home(&["support_specialist"]).is_ok());
    assert!(home(&["admin"]).is_ok());
}

#[test]
fn a_new_tenant_is_connected_from_the_views_alone() {
    let world = TestWorld::new();
    world.create_app(1);
    let tenant = Tenant::open(world, crate::test_world::setup::settings()).unwrap();
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["configured"], false);
    let address = json!({"domain": "example.cybozu.com", "app": 1, "guest_space": null});
    let connect = |token: &str| json!({"alias": "顧客", "address": address, "token": token, "etag": null});

    let refused = change(&tenant, Operation::Connect, &connect("wrong")).unwrap_err();
    assert_eq!(refused.reason, "token_unknown");
    assert_eq!(read(&tenant, Operation::Configuration, &json!({}))["apps"], json!([]));

    tenant.put_secret("stripe_key", b"rk_test_1").unwrap();
    let connected = change(&tenant, Operation::Connect, &connect(&token(1))).unwrap();
    assert_eq!(connected["app"]["name"], "アプリ1");
    assert_eq!(connected["app"]["form"]["properties"]["氏名"]["type"], "SINGLE_LINE_TEXT");
    let form = &read(&tenant, Operation::Configuration, &json!({}))["apps"][0]["form"];
    assert_eq!(form["properties"]["氏名"]["type"], "SINGLE_LINE_TEXT", "a mapping is suggested from it");
    let put = json!({"mapping": mapping(), "etag": null});
    change(&tenant, Operation::PutMapping, &put).unwrap();
    tenant.world().deliver(&tenant.settings);
    let configuration = read(&tenant, Operation::Configuration, &json!({}));
    assert_eq!(configuration["apps"][0]["token"], true);
    assert_eq!(configuration["targets"][0]["state"], "active");
    assert_eq!(configuration["drift"], json!([]));
    assert!(!configuration.to_string().contains(&token(1)), "a token is never sent out");
    assert_eq!(change(&tenant, Operation::PutMapping, &put).unwrap_err().reason, "changed_meanwhile");
}

/// The codes and severities of what changed in the form, which is read anew.
fn drift(tenant: &Tenant<TestWorld>) -> Vec<(String, String)> {
    let address = json!({"domain": "example.cybozu.com", "app": 1, "guest_space": null});
    let etag = &read(tenant, Operation::Configuration, &json!({}))["connections_etag"];
    let connect = json!({"alias": "顧客", "address": address, "token": null, "etag": etag});
    change(tenant, Operation::Connect, &connect).unwrap();
    let configuration = read(tenant, Operation::Configuration, &json!({}));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let issues = configuration["drift"].as_array().unwrap().iter();
    issues.map(|issue| (text(&issue["code"]), text(&issue["severity"]))).collect()
}

fn told(code: &str, severity: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), severity.to_owned())]
}

#[test]
fn what_changed_in_a_form_since_the_mapping_was_stored_is_told_until_it_is_stored_again() {
    let mut mapping = mapping();
    let state = json!({"field": "状態", "value": {"path": "metadata.state"}});
    mapping["targets"]["customers"]["fields"].as_array_mut().unwrap().push(state);
    let (world, settings) = TestWorld::configured(&mapping);
    let tenant = Tenant::open(world, settings).unwrap();
    assert_eq!(drift(&tenant), []);
    let form = tenant.world().form(1);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut properties = form.clone();
        change(&mut properties);
        tenant.world().change_form(1, properties);
        drift(&tenant)
    };

    let renamed =
        json!({"新しい": {"label": "新しい", "index": "0"}, "継続": {"label": "継続", "index": "1"}});
    let option = changed(&|form| form["状態"]["options"] = renamed.clone());
    assert_eq!(option, told("unused_option_removed", "warning"), "nothing is refused yet");
    let removed = changed(&|form| drop(form.as_object_mut().unwrap().remove("氏名")));
    assert_eq!(removed, told("field_removed", "error"), "once, and not as an unknown field beside it");
    let required = changed(&|form| form["メモ"]["required"] = json!(true));
    assert_eq!(required, told("required_unmapped", "error"));
    let retyped = changed(&|form| form["氏名"]["type"] = json!("MULTI_LINE_TEXT"));
    assert_eq!(retyped, told("field_type_changed", "warning"), "a longer text takes the value too");
    assert_eq!(changed(&|_| ()), []);

    changed(&|form| form["状態"]["options"] = renamed.clone());
    let stored = read(&tenant, Operation::Configuration, &json!({}));
    let again = json!({"mapping": stored["mapping"], "etag": stored["mapping_etag"]});
    change(&tenant, Operation::PutMapping, &again).unwrap();
    assert_eq!(drift(&tenant), [], "whoever stored it has seen it");
}

#[test]
fn a_held_target_goes_on_once_its_apps_name_is_typed() {
    let (world, settings) = TestWorld::with_secrets();
    world.person_adds(1, &json!({"氏名": {"value": "前からの人"}}));
    world.put_connections(&settings, &connections(1)).unwrap();
    world.put_mapping(&settings, &mapping()).unwrap();
    world.deliver(&settings);
    let tenant = Tenant::open(world, settings).unwrap();
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["targets"][0]["reason"], "records_found");
    let waive = |name: &str| json!({"target": "customers", "app_name": name});
    assert_eq!(change(&tenant, Operation::Waive, &waive("x")).unwrap_err().reason, "other_app_name");
    change(&tenant, Operation::Waive, &waive("アプリ1")).unwrap();
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["targets"][0]["state"], "active");
}

/// A tenant whose twenty records would all be deleted.
fn held_for_deletions() -> Tenant<TestWorld> {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["on_delete"] = json!("delete");
    let (world, settings) = TestWorld::configured(&mapping);
    let ids: Vec<String> = (0..20).map(|number| format!("cus_{number:02}")).collect();
    for id in &ids {
        world.customer(id, "山田");
    }
    world.deliver(&settings);
    for id in &ids {
        world.bury(&daicho_core::stripe::Kind::Customer, id);
    }
    world.deliver(&settings);
    Tenant::open(world, settings).unwrap()
}

#[test]
fn many_deletions_go_on_only_as_many_as_a_person_was_shown() {
    let tenant = held_for_deletions();
    let target = &read(&tenant, Operation::Home, &json!({}))["targets"][0];
    assert_eq!(target["reason"], "many_deletions");
    assert_eq!(target["deletions"], json!({"waiting": 20, "more": false, "today": 0, "limit": 10}));
    let delete = |waiting: Value| json!({"target": "customers", "delete": true, "waiting": waiting});
    for unseen in [json!(19), Value::Null] {
        let refused = change(&tenant, Operation::Deletions, &delete(unseen)).unwrap_err();
        assert_eq!(refused.reason, "deletions_changed");
    }
    assert_eq!(change(&tenant, Operation::Deletions, &delete(json!(20))).unwrap(), json!({"records": 20}));
    tenant.world().deliver(&tenant.settings);
    assert_eq!(tenant.world().values(1, "氏名"), [] as [&str; 0]);
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["targets"][0]["deletions"], Value::Null);
}

#[test]
fn records_that_would_be_deleted_are_kept_without_being_counted() {
    let tenant = held_for_deletions();
    let keep = json!({"target": "customers", "delete": false, "waiting": null});
    assert_eq!(change(&tenant, Operation::Deletions, &keep).unwrap(), json!({"records": 20}));
    tenant.world().deliver(&tenant.settings);
    assert_eq!(tenant.world().values(1, "氏名").len(), 20);
}

#[test]
fn a_target_that_was_refused_much_goes_on_by_the_views() {
    let tenant = in_sync();
    let pause = "UPDATE binding SET state = 'paused', reason = 'many_refused', not_before = 9e15,
                 refused = '{\"code\":\"CB_VA01\",\"field\":\"氏名\",\"label\":\"氏名\"}'";
    tenant.world().transaction(|tx| tx.exec(pause, &[])).unwrap();
    let target = &read(&tenant, Operation::Home, &json!({}))["targets"][0];
    let text = target["text"]["ja"].as_str().unwrap();
    assert!(text.contains("CB_VA01") && text.contains("［書き込みを再開する］"), "{text}");
    assert!(!target["text"].to_string().contains("daicho "), "{target}");
    change(&tenant, Operation::Resume, &json!({"target": "customers"})).unwrap();
    tenant.world().deliver(&tenant.settings);
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["targets"][0]["state"], "active");
    let again = change(&tenant, Operation::Resume, &json!({"target": "customers"}));
    assert_eq!(again.unwrap_err().reason, "not_paused");
}

#[test]
fn a_request_of_another_version_is_refused_with_the_way_on() {
    let tenant = in_sync();
    let refused = asked(&tenant, Operation::Object, &[], &json!({"kind": "customer"})).unwrap_err();
    assert_eq!(refused.reason, "invalid_request");
    assert!(refused.text.ja.contains("再読み込み"));
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
fn a_dry_run_and_a_backfill_are_begun_followed_and_cancelled() {
    let tenant = in_sync();
    assert_eq!(read(&tenant, Operation::Job, &json!({"job": "backfill"})), Value::Null);
    assert_eq!(
        change(&tenant, Operation::CancelJob, &json!({"job": "dry_run"})).unwrap_err().reason,
        "job_not_running"
    );
    for job in ["dry_run", "backfill"] {
        let begun = change(&tenant, Operation::StartJob, &json!({"job": job, "mapping": null})).unwrap();
        assert_eq!((&begun["job"], &begun["state"]), (&json!(job), &json!("running")));
        assert!(begun["text"]["ja"].as_str().unwrap().contains("Stripe"), "{begun}");
        let twice = change(&tenant, Operation::StartJob, &json!({"job": job, "mapping": null}));
        assert_eq!(twice.unwrap_err().reason, "job_running");
        let cancelled = change(&tenant, Operation::CancelJob, &json!({"job": job})).unwrap();
        assert_eq!(cancelled["state"], "cancelled");
        assert!(cancelled["ended"].is_number());
    }
    let home = read(&tenant, Operation::Home, &json!({}));
    assert_eq!(home["jobs"].as_array().unwrap().len(), 2);
}

#[test]
fn a_stored_token_is_sent_to_no_other_domain_than_it_was_stored_for() {
    let tenant = in_sync();
    let try_app = |domain: &str, token: Option<String>| {
        let address = json!({"domain": domain, "app": 1, "guest_space": null});
        change(&tenant, Operation::TryApp, &json!({"alias": "顧客", "address": address, "token": token}))
    };
    let sent = || tenant.world().number("SELECT coalesce(sum(count), 0) FROM request_count");
    let before = sent();
    assert_eq!(try_app("evil.cybozu.com", None).unwrap_err().reason, "token_of_other_domain");
    let connect = json!({"alias": "顧客", "address": {"domain": "evil.cybozu.com", "app": 1, "guest_space": null},
        "token": null, "etag": null});
    let refused = change(&tenant, Operation::Connect, &connect).unwrap_err();
    assert_eq!(refused.reason, "token_of_other_domain");
    assert_eq!(sent(), before);
    assert!(try_app("Example.cybozu.com", None).is_ok());
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

#[test]
fn a_target_whose_record_came_without_its_key_goes_on_by_the_views() {
    let tenant = in_sync();
    let pause = "UPDATE binding SET state = 'paused', reason = 'key_not_filled', not_before = 9e15";
    tenant.world().transaction(|tx| tx.exec(pause, &[])).unwrap();
    let target = &read(&tenant, Operation::Home, &json!({}))["targets"][0];
    assert!(target["text"]["ja"].as_str().unwrap().contains("［書き込みを再開する］"), "{target}");
    change(&tenant, Operation::Resume, &json!({"target": "customers"})).unwrap();
    tenant.world().deliver(&tenant.settings);
    assert_eq!(read(&tenant, Operation::Home, &json!({}))["targets"][0]["state"], "active");
}
