//! What the views are told, over a real tenant with the local kintone.

use serde_json::{Value, json};

use super::{Caller, Operation, Refusal};
use crate::port::Sql as _;
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

pub(super) fn read(tenant: &Tenant<TestWorld>, operation: Operation, request: &Value) -> Value {
    asked(tenant, operation, &[], request).unwrap()
}

pub(super) fn change(
    tenant: &Tenant<TestWorld>,
    operation: Operation,
    request: &Value,
) -> Result<Value, Refusal> {
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
pub(super) fn stripe_answers(tenant: &Tenant<TestWorld>) {
    tenant.world().transaction(|tx| tx.exec("DELETE FROM read", &[])).unwrap();
}

pub(super) fn customer(tenant: &Tenant<TestWorld>) -> Value {
    read(tenant, Operation::Object, &json!({"kind": "customer", "id": "cus_1"}))
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
