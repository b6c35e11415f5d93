use serde_json::{Value, json};

use super::super::{Permission, Permissions};
use super::*;

/// Customers (app 1) and contracts (app 2), which copy a customer's name and amount.
fn with_contracts(key_field: &str) -> Kintone {
    let mut kintone = domain();
    let body = json!({"app": 1, "record": {"顧客ID": {"value": "cus_1"}, "名前": {"value": "山田"}, "金額": {"value": "5"}}});
    send(&mut kintone, "POST", "/k/v1/record.json", body).ok();
    let properties = json!({
        "顧客": {"type": "SINGLE_LINE_TEXT", "lookup": {
            "relatedApp": {"app": "1", "code": ""}, "relatedKeyField": key_field,
            "fieldMappings": [{"field": "顧客名", "relatedField": "名前"}, {"field": "額", "relatedField": "金額"}],
            "lookupPickerFields": [], "filterCond": "", "sort": ""}},
        "顧客名": {"type": "SINGLE_LINE_TEXT", "required": true},
        "額": {"type": "NUMBER"},
        "備考": {"type": "SINGLE_LINE_TEXT"},
    });
    kintone.create_app(new_app("契約", properties));
    kintone.add_token(2, "contracts", Permissions::all(), true);
    kintone.add_token(1, "view", Permissions::of(&[Permission::View]), true);
    kintone
}

fn add(kintone: &mut Kintone, tokens: &str, record: Value) -> Answer {
    let body = json!({"app": 2, "records": [record]});
    send_with(kintone, tokens, "POST", "/k/v1/records.json", body)
}

fn contract(kintone: &mut Kintone) -> Value {
    kintone.snapshot()["apps"]["2"]["records"][0].take()
}

#[test]
fn a_lookup_copies_and_what_is_sent_for_its_targets_is_ignored() {
    let mut kintone = with_contracts("顧客ID");
    let record = json!({"顧客": {"value": "cus_1"}, "顧客名": {"value": "偽名"}});
    add(&mut kintone, "contracts,view", record).ok();
    let record = contract(&mut kintone);
    assert_eq!(record["顧客名"]["value"], "山田");
    assert_eq!(record["額"]["value"], "5");
}

#[test]
fn an_unknown_key_fails_the_batch_without_a_place() {
    let mut kintone = with_contracts("顧客ID");
    let unknown = json!({"顧客": {"value": "cus_9"}});
    // The required copy target is empty then, too, but the lookup is what counts.
    let answer = add(&mut kintone, "contracts,view", unknown);
    assert_eq!(answer.refused(), (400, "GAIA_LO04"));
    assert!(answer.places().is_empty());
    assert_eq!(kintone.snapshot()["apps"]["2"]["records"], json!([]));
}

#[test]
fn a_copy_target_cannot_be_written_without_its_lookup() {
    let mut kintone = with_contracts("顧客ID");
    let record = json!({"顧客名": {"value": "手で"}, "額": {"value": "9"}});
    let answer = add(&mut kintone, "contracts,view", record);
    assert_eq!(answer.places(), ["records[0].顧客名.value"]);
    add(&mut kintone, "contracts,view", json!({"顧客": {"value": "cus_1"}})).ok();
    let body = json!({"app": 2, "id": 1, "record": {"額": {"value": "9"}}});
    send_with(&mut kintone, "contracts", "PUT", "/k/v1/record.json", body).ok();
    assert_eq!(contract(&mut kintone)["額"]["value"], "5");
}

#[test]
fn the_source_app_needs_a_token_that_may_view() {
    let mut kintone = with_contracts("顧客ID");
    kintone.add_token(1, "add", Permissions::of(&[Permission::Add]), true);
    let record = json!({"顧客": {"value": "cus_1"}});
    for tokens in ["contracts", "contracts,add"] {
        assert_eq!(add(&mut kintone, tokens, record.clone()).refused(), (400, "GAIA_LO04"), "{tokens}");
    }
    add(&mut kintone, "contracts,view", record).ok();
}

#[test]
fn a_source_key_that_allows_duplicates_is_refused() {
    let mut kintone = with_contracts("名前");
    let answer = add(&mut kintone, "contracts,view", json!({"顧客": {"value": "山田"}}));
    assert_eq!(answer.refused(), (400, "GAIA_LO03"));
}

#[test]
fn copies_stay_until_the_key_is_written_again() {
    let mut kintone = with_contracts("顧客ID");
    let mut properties = object(kintone.snapshot()["apps"]["2"]["properties"].take());
    properties["顧客名"]["required"] = json!(false);
    kintone.set_properties(2, properties);
    add(&mut kintone, "contracts,view", json!({"顧客": {"value": "cus_1"}})).ok();
    kintone.edit_record(NOW, 1, 1, &json!({"名前": {"value": "改名"}})).unwrap();
    let put = |kintone: &mut Kintone, record: Value| {
        let body = json!({"app": 2, "id": 1, "record": record});
        send_with(kintone, "contracts,view", "PUT", "/k/v1/record.json", body).ok();
    };
    put(&mut kintone, json!({"備考": {"value": "x"}}));
    assert_eq!(contract(&mut kintone)["顧客名"]["value"], "山田");
    put(&mut kintone, json!({"顧客": {"value": "cus_1"}}));
    assert_eq!(contract(&mut kintone)["顧客名"]["value"], "改名");
    put(&mut kintone, json!({"顧客": {"value": ""}}));
    assert_eq!(contract(&mut kintone)["顧客名"]["value"], "");
}
