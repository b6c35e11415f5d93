use serde_json::{Value, json};

use super::super::{Permission, Permissions};
use super::*;

fn upsert(kintone: &mut Kintone, records: Value) -> Answer {
    super::records(kintone, "PUT", json!({"app": 1, "upsert": true, "records": records}))
}

fn by_key(value: &str, record: Value) -> Value {
    json!({"updateKey": {"field": "顧客ID", "value": value}, "record": record})
}

#[test]
fn an_upsert_adds_and_updates_in_one_request() {
    let mut kintone = domain();
    add_customer(&mut kintone, "old");
    let changes = json!([
        by_key("new", json!({"名前": {"value": "新"}})),
        by_key("old", json!({"名前": {"value": "旧"}})),
    ]);
    let answer = upsert(&mut kintone, changes).ok();
    let expected = json!({"records": [
        {"id": "2", "revision": "1", "operation": "INSERT"},
        {"id": "1", "revision": "2", "operation": "UPDATE"},
    ]});
    assert_eq!(answer, expected);
    assert_eq!(customer(&mut kintone, "2")["顧客ID"]["value"], "new");
    assert_eq!(customer(&mut kintone, "2")["状態"]["value"], "有効");
}

#[test]
fn without_upsert_a_missing_key_is_404() {
    let mut kintone = domain();
    let body = json!({"app": 1, "records": [by_key("nobody", json!({}))]});
    assert_eq!(records(&mut kintone, "PUT", body).refused(), (404, "GAIA_RE20"));
    let body =
        json!({"app": 1, "updateKey": {"field": "顧客ID", "value": "nobody"}, "record": {}, "upsert": true});
    let answer = send(&mut kintone, "PUT", "/k/v1/record.json", body);
    assert_eq!(answer.refused(), (404, "GAIA_RE20"));
}

#[test]
fn with_a_missing_id_a_new_one_is_issued() {
    let mut kintone = domain();
    let changes = json!([{"id": "77", "record": {"顧客ID": {"value": "a"}}}]);
    let answer = upsert(&mut kintone, changes).ok();
    assert_eq!(answer["records"][0], json!({"id": "1", "revision": "1", "operation": "INSERT"}));
}

#[test]
fn only_a_unique_text_or_number_is_an_update_key() {
    let mut kintone = domain();
    for (field, code) in
        [("名前", "CB_VA01"), ("メール", "CB_VA01"), ("登録日", "CB_VA01"), ("無い", "GAIA_IQ11")]
    {
        let change = json!({"updateKey": {"field": field, "value": "x@example.test"}, "record": {}});
        assert_eq!(upsert(&mut kintone, json!([change])).refused(), (400, code), "{field}");
    }
    let change = |value: Value| json!([{"updateKey": {"field": "番号", "value": value}, "record": {"顧客ID": {"value": "a"}}}]);
    assert_eq!(upsert(&mut kintone, change(json!("7"))).ok()["records"][0]["operation"], "INSERT");
    assert_eq!(upsert(&mut kintone, change(json!("7.00"))).ok()["records"][0]["operation"], "UPDATE");
    assert_eq!(upsert(&mut kintone, change(json!("seven"))).places(), ["records[0].updateKey.value"]);
}

#[test]
fn a_key_ends_at_64_characters() {
    let mut kintone = domain();
    upsert(&mut kintone, json!([by_key(&"k".repeat(64), json!({}))])).ok();
    let answer = upsert(&mut kintone, json!([by_key(&"k".repeat(65), json!({}))]));
    assert_eq!(answer.places(), ["records[0].updateKey.value"]);
    assert_eq!(upsert(&mut kintone, json!([by_key("", json!({}))])).refused(), (400, "CB_VA01"));
}

#[test]
fn id_and_key_exclude_each_other_and_one_is_needed() {
    let mut kintone = domain();
    let both = json!([{"id": 1, "updateKey": {"field": "顧客ID", "value": "a"}, "record": {}}]);
    assert_eq!(upsert(&mut kintone, both).refused(), (400, "CB_IL02"));
    assert_eq!(upsert(&mut kintone, json!([{"record": {}}])).places(), ["records[0].id"]);
}

#[test]
fn a_malformed_key_is_named_beside_what_else_is_wrong() {
    let mut kintone = domain();
    let changes =
        json!([by_key(&"k".repeat(65), json!({})), by_key("a", json!({"名前": {"value": "x".repeat(21)}})),]);
    let answer = upsert(&mut kintone, changes);
    assert_eq!(answer.places(), ["records[0].updateKey.value", "records[1].名前.value"]);
}

#[test]
fn an_upsert_needs_the_right_to_add_and_to_edit() {
    let mut kintone = domain();
    kintone.add_token(CUSTOMERS, "edit", Permissions::of(&[Permission::Edit]), true);
    let body = json!({"app": 1, "upsert": true, "records": []});
    let answer = send_with(&mut kintone, "edit", "PUT", "/k/v1/records.json", body);
    assert_eq!(answer.refused(), (403, "GAIA_NO01"));
}

#[test]
fn the_key_is_filled_in_or_not_as_the_switch_says() {
    let mut kintone = domain();
    kintone.behaviour().upsert_fills_key = false;
    let answer = upsert(&mut kintone, json!([by_key("a", json!({}))]));
    // The key is a required field here, so that its absence shows.
    assert_eq!(answer.places(), ["records[0].顧客ID.value"]);
}

#[test]
fn repeating_the_key_is_accepted_or_not_as_the_switch_says() {
    let mut kintone = domain();
    let repeated = json!([by_key("a", json!({"顧客ID": {"value": "a"}}))]);
    upsert(&mut kintone, repeated.clone()).ok();
    kintone.behaviour().key_may_be_repeated = false;
    let answer = upsert(&mut kintone, repeated);
    assert_eq!((answer.refused(), answer.places()), ((400, "CB_VA01"), vec!["records[0].顧客ID"]));
}

#[test]
fn a_refusal_names_what_is_wrong_or_not_as_the_switch_says() {
    let mut kintone = domain();
    let wrong = json!([by_key("a", json!({"金額": {"value": "x"}}))]);
    assert!(!upsert(&mut kintone, wrong.clone()).places().is_empty());
    kintone.behaviour().errors_are_named = false;
    let answer = upsert(&mut kintone, wrong);
    assert_eq!((answer.refused(), answer.places().len()), ((400, "CB_VA01"), 0));
}

#[test]
fn a_revision_without_a_record_inserts_or_conflicts_as_the_switch_says() {
    let mut kintone = domain();
    let mut change = by_key("a", json!({}));
    change["revision"] = json!(3);
    kintone.behaviour().revision_without_record_conflicts = true;
    assert_eq!(upsert(&mut kintone, json!([change])).refused(), (409, "GAIA_CO02"));
    kintone.behaviour().revision_without_record_conflicts = false;
    assert_eq!(upsert(&mut kintone, json!([change])).ok()["records"][0]["operation"], "INSERT");
}

#[test]
fn a_key_that_stands_twice_updates_what_it_added() {
    let mut kintone = domain();
    let changes = json!([by_key("a", json!({})), by_key("a", json!({"名前": {"value": "二"}}))]);
    let answer = upsert(&mut kintone, changes).ok();
    assert_eq!(answer["records"][0]["operation"], "INSERT");
    assert_eq!(answer["records"][1], json!({"id": "1", "revision": "2", "operation": "UPDATE"}));
}
