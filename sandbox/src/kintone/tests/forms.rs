use serde_json::{Value, json};

use super::super::{NewApp, NumberPrecision, Permission, Permissions, RoundingMode};
use super::*;

fn form(kintone: &mut Kintone, language: &str) -> Value {
    let body = json!({"app": 1, "lang": language});
    send(kintone, "GET", "/k/v1/app/form/fields.json", body).ok()
}

#[test]
fn the_form_has_the_system_fields_and_every_attribute() {
    let mut kintone = domain();
    let body = form(&mut kintone, "ja");
    assert_eq!(body["revision"], "1");
    let properties = &body["properties"];
    assert_eq!(
        properties["顧客ID"],
        json!({"type": "SINGLE_LINE_TEXT", "code": "顧客ID", "label": "顧客ID", "noLabel": false,
            "required": true, "unique": true, "maxLength": "", "minLength": "",
            "defaultValue": "", "expression": "", "hideExpression": false})
    );
    assert_eq!(properties["状態"]["options"]["解約済み"], json!({"label": "解約済み", "index": "1"}));
    assert_eq!(properties["更新日時"]["type"], "UPDATED_TIME");
    assert_eq!(properties["ステータス"]["enabled"], false);
}

#[test]
fn system_fields_keep_the_codes_that_the_form_gives_them() {
    let mut kintone = Kintone::new();
    let properties = json!({"Record_number": {"type": "RECORD_NUMBER", "label": "Record number"}});
    kintone.create_app(NewApp { code: "INV".to_owned(), ..new_app("Invoices", properties) });
    kintone.add_record(NOW, 1, &json!({})).unwrap();
    let record = kintone.snapshot()["apps"]["1"]["records"][0].take();
    assert_eq!(record["Record_number"]["value"], "INV-1");
    assert!(record.get("レコード番号").is_none());
}

#[test]
fn labels_follow_the_asked_language() {
    let mut kintone = Kintone::new();
    let properties = json!({"f": {"type": "NUMBER", "label": "金額", "localizedLabels": {"en": "Amount"}}});
    kintone.create_app(new_app("請求", properties));
    kintone.add_token(1, "all", Permissions::all(), true);
    assert_eq!(form(&mut kintone, "en")["properties"]["f"]["label"], "Amount");
    let japanese = form(&mut kintone, "ja");
    assert_eq!(japanese["properties"]["f"]["label"], "金額");
    assert!(japanese["properties"]["f"].get("localizedLabels").is_none());
}

#[test]
fn an_edited_form_has_a_higher_revision_and_loses_what_it_drops() {
    let mut kintone = domain();
    kintone
        .add_record(
            NOW,
            1,
            &json!({"顧客ID": {"value": "a"}, "名前": {"value": "山田"}, "金額": {"value": "5"}}),
        )
        .unwrap();
    kintone.rename_field(1, "名前", "氏名");
    let mut properties = object(form(&mut kintone, "ja")["properties"].take());
    assert_eq!(properties["氏名"]["code"], "氏名");
    properties.shift_remove("金額");
    properties["顧客ID"]["unique"] = json!(false);
    kintone.set_properties(1, properties);
    assert_eq!(form(&mut kintone, "ja")["revision"], "3");
    let record = customer(&mut kintone, "1");
    assert_eq!(record["氏名"]["value"], "山田");
    assert!(record.get("金額").is_none());
    // The key is no longer unique.
    add_customer(&mut kintone, "a");
}

#[test]
fn settings_give_the_precision_that_numbers_are_held_to() {
    let mut kintone = Kintone::new();
    kintone.create_app(NewApp {
        number_precision: NumberPrecision { digits: 5, decimal_places: 1, rounding: RoundingMode::Up },
        ..new_app("細", json!({"n": {"type": "NUMBER"}}))
    });
    kintone.add_token(1, "all", Permissions::of(&[Permission::View]), true);
    let body = send(&mut kintone, "GET", "/k/v1/app/settings.json", json!({"app": 1})).ok();
    assert_eq!(body["numberPrecision"], json!({"digits": "5", "decimalPlaces": "1", "roundingMode": "UP"}));
    kintone.add_record(NOW, 1, &json!({"n": {"value": "0.11"}})).unwrap();
    assert_eq!(kintone.snapshot()["apps"]["1"]["records"][0]["n"]["value"], "0.2");
    let error = kintone.add_record(NOW, 1, &json!({"n": {"value": "10000"}})).unwrap_err();
    assert_eq!(error.places().collect::<Vec<_>>(), ["record.n.value"]);
}

#[test]
fn an_app_is_made_from_json() {
    let new: NewApp = serde_json::from_value(json!({
        "name": "顧客", "code": "CUS", "guest_space": null, "properties": {},
        "number_precision": {"digits": 20}, "tokens": []
    }))
    .unwrap();
    assert_eq!(new.number_precision.digits, 20);
    assert_eq!(new.number_precision.decimal_places, 4);
    let mut kintone = domain();
    let id = kintone.create_app(NewApp { id: Some(40), ..new });
    assert_eq!(id, 40);
    kintone.add_token(40, "t", Permissions::all(), true);
    let answer = send_with(&mut kintone, "t", "GET", "/k/v1/app.json", json!({"id": 40})).ok();
    assert_eq!((answer["appId"].as_str(), answer["code"].as_str()), (Some("40"), Some("CUS")));
    assert_eq!(kintone.create_app(new_app("次", json!({}))), 41);
}
