//! Connecting an app, over a real tenant with the local kintone.

use serde_json::{Value, json};

use super::super::tests::{asked, in_sync};
use super::*;
use crate::port::Query as _;
use crate::test_world::TestWorld;
use crate::test_world::kintone::token;
use crate::test_world::setup::{connections, settings};
use crate::ui::Operation;

fn connect(
    tenant: &Tenant<TestWorld>,
    alias: &str,
    place: (&str, u64),
    token: &str,
) -> Result<Value, Refusal> {
    let etag = tenant.connections().unwrap().map(|stored| stored.etag);
    let address = json!({"domain": place.0, "app": place.1, "guest_space": null});
    let request = json!({"alias": alias, "address": address, "token": token, "etag": etag});
    asked(tenant, Operation::Connect, &["admin"], &request)
}

fn secrets(tenant: &Tenant<TestWorld>) -> Vec<(String, String)> {
    let rows = tenant.world().query("SELECT name FROM secret ORDER BY name", &[]).unwrap();
    let opened = |name: &str| {
        let settings = &tenant.settings;
        secret::open(tenant.world(), &settings.sealing, &settings.name, name).unwrap().expose().to_owned()
    };
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).map(|name| (name.clone(), opened(&name))).collect()
}

fn refs(tenant: &Tenant<TestWorld>, alias: &str) -> Vec<String> {
    token_refs(&tenant.document().unwrap(), alias)
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn a_refused_connection_leaves_the_token_that_works() {
    let tenant = in_sync();
    let before = secrets(&tenant);
    let field = json!({"別の項目": {"type": "SINGLE_LINE_TEXT", "code": "別の項目", "label": "別の項目"}});
    tenant.world().create_app_with(2, field);
    let refused = connect(&tenant, "顧客", ("example.cybozu.com", 2), &token(2)).unwrap_err();
    assert_eq!(refused.reason, "issues", "the form does not fit the mapping");
    assert_eq!(secrets(&tenant), before);
    tenant.world().customer("cus_1", "山田太郎");
    tenant.world().deliver(&tenant.settings);
    assert_eq!(tenant.world().values(1, "氏名"), ["山田太郎"]);
}

#[test]
fn a_connection_that_somebody_changed_meanwhile_keeps_its_token() {
    let tenant = in_sync();
    let before = secrets(&tenant);
    tenant.world().add_token(1, "another");
    let address = json!({"domain": "example.cybozu.com", "app": 1, "guest_space": null});
    let request = json!({"alias": "顧客", "address": address, "token": "another", "etag": "old"});
    let refused = asked(&tenant, Operation::Connect, &["admin"], &request).unwrap_err();
    assert_eq!(refused.reason, "changed_meanwhile");
    assert_eq!(secrets(&tenant), before);
}

#[test]
fn another_app_of_an_alias_leaves_the_old_apps_secrets_behind() {
    let (world, settings) = TestWorld::with_secrets();
    let mut named = connections(1);
    named["apps"]["顧客"]["token_refs"] = json!(["kintone", "lookup"]);
    named["apps"]["顧客"]["basic_auth_ref"] = json!("site");
    for name in ["lookup", "site", "unrelated"] {
        world.put_secret(&settings, name, "x");
    }
    world.put_connections(&settings, &named).unwrap();
    world.create_app(2);
    let tenant = Tenant::open(world, settings).unwrap();
    connect(&tenant, "顧客", ("other.cybozu.com", 2), &token(2)).unwrap();
    assert_eq!(refs(&tenant, "顧客"), ["kintone_2_token"]);
    assert_eq!(tenant.document().unwrap()["apps"]["顧客"]["basic_auth_ref"], Value::Null);
    let names: Vec<String> = secrets(&tenant).into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains(&"kintone".to_owned()) && !names.contains(&"lookup".to_owned()), "{names:?}");
    assert!(
        names.contains(&"unrelated".to_owned()),
        "what the document never named is a person's: {names:?}"
    );
}

#[test]
fn a_new_token_of_the_same_app_stands_in_the_place_of_the_old_one() {
    let tenant = in_sync();
    tenant.world().add_token(1, "another");
    connect(&tenant, "顧客", ("Example.cybozu.com", 1), "another").unwrap();
    assert_eq!(refs(&tenant, "顧客"), ["kintone"]);
    assert!(secrets(&tenant).contains(&pair("kintone", "another")));
}

#[test]
fn apps_of_one_number_in_two_domains_have_tokens_of_their_own() {
    let world = TestWorld::new();
    world.create_app(1);
    world.add_token(1, "another");
    let settings = settings();
    world.put_secret(&settings, STRIPE_KEY, "rk_test_1");
    let tenant = Tenant::open(world, settings).unwrap();
    connect(&tenant, "東京", ("a.cybozu.com", 1), &token(1)).unwrap();
    connect(&tenant, "大阪", ("b.cybozu.com", 1), "another").unwrap();
    assert_eq!(
        (refs(&tenant, "東京"), refs(&tenant, "大阪")),
        (vec!["kintone_1_token".to_owned()], vec!["kintone_1_token_2".to_owned()])
    );
    let sealed = secrets(&tenant);
    assert!(sealed.contains(&pair("kintone_1_token", &token(1))), "{sealed:?}");
    assert!(sealed.contains(&pair("kintone_1_token_2", "another")), "{sealed:?}");
}

#[test]
fn a_token_that_two_apps_share_is_not_replaced_for_both() {
    let (world, settings) = TestWorld::with_secrets();
    let mut shared = connections(1);
    shared["apps"]["別"] = json!({"domain": "other.cybozu.com", "app": 1, "token_refs": ["kintone"]});
    world.put_connections(&settings, &shared).unwrap();
    world.add_token(1, "another");
    let tenant = Tenant::open(world, settings).unwrap();
    connect(&tenant, "顧客", ("example.cybozu.com", 1), "another").unwrap();
    assert_eq!(refs(&tenant, "別"), ["kintone"]);
    assert!(secrets(&tenant).contains(&pair("kintone", &token(1))));
    assert!(secrets(&tenant).contains(&pair("kintone_1_token", "another")));
}
