use serde_json::{Value, json};

use super::super::{Operation, Permission, Permissions};
use super::*;

#[test]
fn a_record_reads_back_with_every_field_and_its_type() {
    let mut kintone = domain();
    let id = add_customer(&mut kintone, "cus_1");
    let record = customer(&mut kintone, &id);
    let typed = |field_type: &str, value: Value| json!({"type": field_type, "value": value});
    let expected = json!({
        "顧客ID": typed("SINGLE_LINE_TEXT", json!("cus_1")),
        "名前": typed("SINGLE_LINE_TEXT", json!("")),
        "番号": typed("NUMBER", json!("")),
        "金額": typed("NUMBER", json!("")),
        "状態": typed("DROP_DOWN", json!("有効")),
        "タグ": typed("CHECK_BOX", json!([])),
        "担当": typed("USER_SELECT", json!([])),
        "メール": typed("LINK", json!("")),
        "登録日": typed("DATE", json!("2026-01-31")),
        "更新": typed("DATETIME", json!("")),
        "レコード番号": typed("RECORD_NUMBER", json!("1")),
        "作成者": typed("CREATOR", json!({"code": "Administrator", "name": "Administrator"})),
        "作成日時": typed("CREATED_TIME", json!("2026-01-31T03:04:00Z")),
        "更新者": typed("MODIFIER", json!({"code": "Administrator", "name": "Administrator"})),
        "更新日時": typed("UPDATED_TIME", json!("2026-01-31T03:04:00Z")),
        "$id": typed("__ID__", json!("1")),
        "$revision": typed("__REVISION__", json!("1")),
    });
    assert_eq!(record, expected);
}

#[test]
fn ids_and_revisions_are_taken_as_numbers_or_texts_and_answered_as_texts() {
    let mut kintone = domain();
    let body = json!({"app": "1", "records": [{"顧客ID": {"value": "a"}}, {"顧客ID": {"value": "b"}}]});
    let added = records(&mut kintone, "POST", body).ok();
    assert_eq!(added, json!({"ids": ["1", "2"], "revisions": ["1", "1"]}));
    let body = json!({"app": 1, "records": [
        {"id": 1, "revision": 1, "record": {"名前": {"value": "山田"}}},
        {"id": "2", "revision": "-1", "record": {}}]});
    let updated = records(&mut kintone, "PUT", body).ok();
    assert_eq!(updated, json!({"records": [{"id": "1", "revision": "2"}, {"id": "2", "revision": "2"}]}));
    let body = json!({"app": 1, "id": 1, "record": {"名前": {"value": "田中"}}});
    let updated = send(&mut kintone, "PUT", "/k/v1/record.json", body).ok();
    assert_eq!(updated, json!({"revision": "3"}));
}

#[test]
fn one_bad_record_fails_all_and_every_bad_one_is_named() {
    let mut kintone = domain();
    add_customer(&mut kintone, "taken");
    let body = json!({"app": 1, "records": [
        {"顧客ID": {"value": "good"}},
        {"顧客ID": {"value": "taken"}},
        {"名前": {"value": "x".repeat(21)}, "金額": {"value": "1,000"}},
        {"顧客ID": {"value": "good"}, "タグ": {"value": ["新規", "謎"]}},
        {"顧客ID": {"value": "fine"}, "状態": {"value": "休止"}},
    ]});
    let answer = records(&mut kintone, "POST", body);
    assert_eq!(answer.refused(), (400, "CB_VA01"));
    assert_eq!(
        answer.places(),
        [
            "records[1].顧客ID.value",
            "records[2].名前.value",
            "records[2][金額].value",
            "records[2].顧客ID.value",
            "records[3].タグ.values[1].value",
            "records[3].顧客ID.value",
            "records[4].状態.value",
        ]
    );
    assert_eq!(kintone.snapshot()["apps"]["1"]["records"].as_array().unwrap().len(), 1);
    assert_eq!(kintone.history().len(), 1);
    // The keys of the refused records are free again.
    add_customer(&mut kintone, "good");
}

#[test]
fn messages_follow_the_language() {
    let mut kintone = domain();
    let mut ask = |language: Option<&str>| {
        let mut request = http::Request::builder()
            .method("POST")
            .uri("/k/v1/record.json")
            .header("x-cybozu-api-token", "all")
            .header("content-type", "application/json");
        if let Some(language) = language {
            request = request.header("accept-language", language);
        }
        let body = Bytes::from(json!({"app": 1, "record": {}}).to_string());
        answer(&mut kintone, &request.body(body).unwrap()).1
    };
    let japanese = ask(None);
    assert_eq!(japanese["message"], "入力内容が正しくありません。");
    assert_eq!(japanese["errors"]["record.顧客ID.value"]["messages"], json!(["必須です。"]));
    let english = ask(Some("en-US,en;q=0.9,ja;q=0.8"));
    assert_eq!(english["message"], "Missing or invalid input.");
    assert_eq!(english["errors"]["record.顧客ID.value"]["messages"], json!(["Required."]));
    assert_eq!(ask(Some("*"))["message"], japanese["message"]);
    assert_eq!(ask(Some("zh"))["message"], japanese["message"]);
    assert_ne!(english["id"], japanese["id"]);
}

#[test]
fn unknown_codes_are_dropped_in_silence() {
    let mut kintone = domain();
    let body = json!({"app": 1, "record": {"顧客ID": {"value": "a"}, "名まえ": {"value": "山田"}, "$id": {"value": "9"}}});
    send(&mut kintone, "POST", "/k/v1/record.json", body).ok();
    let record = customer(&mut kintone, "1");
    assert!(record.get("名まえ").is_none());
    assert_eq!(record["$id"]["value"], "1");
}

#[test]
fn an_explicit_empty_value_is_kept_over_the_default() {
    let mut kintone = domain();
    let body = json!({"app": 1, "record": {"顧客ID": {"value": "a"}, "状態": {"value": ""}, "登録日": {"value": null}}});
    send(&mut kintone, "POST", "/k/v1/record.json", body).ok();
    let record = customer(&mut kintone, "1");
    assert_eq!(record["状態"]["value"], Value::Null);
    assert_eq!(record["登録日"]["value"], Value::Null);
}

#[test]
fn required_is_held_against_the_merged_record() {
    let mut kintone = domain();
    let id = add_customer(&mut kintone, "a");
    let mut properties = object(kintone.snapshot()["apps"]["1"]["properties"].take());
    properties["名前"]["required"] = json!(true);
    kintone.set_properties(CUSTOMERS, properties);
    let change = |record: Value| json!({"app": 1, "records": [{"id": id, "record": record}]});
    let answer = records(&mut kintone, "PUT", change(json!({"金額": {"value": "5"}})));
    assert_eq!(answer.places(), ["records[0].名前.value"]);
    records(&mut kintone, "PUT", change(json!({"名前": {"value": "山田"}}))).ok();
}

#[test]
fn a_unique_value_may_be_written_again_by_its_own_record() {
    let mut kintone = domain();
    let (first, second) = (add_customer(&mut kintone, "a"), add_customer(&mut kintone, "b"));
    let change = |id: &str, record: Value| json!({"app": 1, "records": [{"id": id, "record": record}]});
    records(&mut kintone, "PUT", change(&first, json!({"顧客ID": {"value": "a"}, "番号": {"value": "1.0"}})))
        .ok();
    let answer = records(&mut kintone, "PUT", change(&second, json!({"顧客ID": {"value": "a"}})));
    assert_eq!(answer.refused(), (400, "CB_VA01"));
    // Numbers are the same by value, and an empty one is no duplicate.
    let answer = records(&mut kintone, "PUT", change(&second, json!({"番号": {"value": "1"}})));
    assert_eq!(answer.places(), ["records[0].番号.value"]);
    records(&mut kintone, "PUT", change(&second, json!({"番号": {"value": ""}, "メール": {"value": ""}})))
        .ok();
    // What a record gives up is free for another.
    records(&mut kintone, "PUT", change(&first, json!({"顧客ID": {"value": "c"}}))).ok();
    records(&mut kintone, "PUT", change(&second, json!({"顧客ID": {"value": "a"}}))).ok();
}

#[test]
fn a_stale_revision_conflicts() {
    let mut kintone = domain();
    let id = add_customer(&mut kintone, "a");
    kintone.edit_record(NOW, CUSTOMERS, 1, &json!({"名前": {"value": "手で"}})).unwrap();
    let body = json!({"app": 1, "records": [{"id": id, "revision": "1", "record": {}}]});
    assert_eq!(records(&mut kintone, "PUT", body).refused(), (409, "GAIA_CO02"));
    let body = json!({"app": 1, "ids": [id], "revisions": [1]});
    assert_eq!(records(&mut kintone, "DELETE", body).refused(), (409, "GAIA_CO02"));
    let body = json!({"app": 1, "ids": ["1"], "revisions": [2]});
    assert_eq!(records(&mut kintone, "DELETE", body).ok(), json!({}));
}

#[test]
fn a_missing_record_fails_the_batch_with_404() {
    let mut kintone = domain();
    let id = add_customer(&mut kintone, "a");
    let body = json!({"app": 1, "records": [
        {"id": id, "record": {"名前": {"value": "x"}}}, {"id": "99", "record": {}}]});
    let answer = records(&mut kintone, "PUT", body);
    assert_eq!(answer.refused(), (404, "GAIA_RE01"));
    assert_eq!(answer.1["message"], "指定したレコード（id: 99）が見つかりません。");
    assert_eq!(customer(&mut kintone, "1")["名前"]["value"], "");
    let body = json!({"app": 1, "ids": [id, 99]});
    assert_eq!(records(&mut kintone, "DELETE", body).refused(), (404, "GAIA_RE01"));
    customer(&mut kintone, "1");
}

#[test]
fn more_than_a_hundred_records_are_refused() {
    let mut kintone = domain();
    let many = |record: Value| vec![record; 101];
    let answer = records(&mut kintone, "POST", json!({"app": 1, "records": many(json!({}))}));
    assert_eq!((answer.refused(), answer.places()), ((400, "CB_VA01"), vec!["records"]));
    let change = json!({"id": 1, "record": {}});
    let answer = records(&mut kintone, "PUT", json!({"app": 1, "records": many(change)}));
    assert_eq!(answer.places(), ["records"]);
    let answer = records(&mut kintone, "DELETE", json!({"app": 1, "ids": many(json!(1))}));
    assert_eq!(answer.places(), ["ids"]);
    assert_eq!(kintone.counters().oversized, 3);
    assert_eq!(records(&mut kintone, "POST", json!({"app": 1, "records": []})).ok()["ids"], json!([]));
}

#[test]
fn an_unknown_user_is_refused_without_a_place() {
    let mut kintone = domain();
    let body =
        json!({"app": 1, "records": [{"顧客ID": {"value": "a"}, "担当": {"value": [{"code": "nobody"}]}}]});
    let answer = records(&mut kintone, "POST", body);
    assert_eq!(answer.refused(), (400, "GAIA_IL26"));
    assert!(answer.places().is_empty());
}

#[test]
fn what_cannot_be_read_comes_before_what_is_invalid_and_that_before_the_rest() {
    let mut kintone = domain();
    let stranger = json!({"顧客ID": {"value": "a"}, "担当": {"value": [{"code": "nobody"}]}});
    let invalid = json!({"名前": {"value": "x"}});
    let unreadable = json!({"顧客ID": {"value": ["b"]}});
    let mut code = |records: Value| {
        let answer = records_post(&mut kintone, records);
        answer.refused().1.to_owned()
    };
    assert_eq!(code(json!([stranger, invalid, unreadable])), "CB_IJ01");
    assert_eq!(code(json!([stranger, invalid])), "CB_VA01");
    assert_eq!(code(json!([stranger])), "GAIA_IL26");
}

fn records_post(kintone: &mut Kintone, list: Value) -> Answer {
    records(kintone, "POST", json!({"app": 1, "records": list}))
}

#[test]
fn who_made_a_record_is_set_by_administrators_only() {
    let mut kintone = domain();
    kintone.add_token(CUSTOMERS, "add", Permissions::of(&[Permission::Add]), true);
    let body = json!({"app": 1, "record": {"顧客ID": {"value": "a"},
        "作成者": {"value": {"code": "sato"}}, "作成日時": {"value": "2020-01-02T03:04:05Z"}}});
    let answer = send_with(&mut kintone, "add", "POST", "/k/v1/record.json", body.clone());
    assert_eq!(answer.refused(), (403, "CB_NO02"));
    send(&mut kintone, "POST", "/k/v1/record.json", body).ok();
    let record = customer(&mut kintone, "1");
    assert_eq!(record["作成者"]["value"]["code"], "sato");
    assert_eq!(record["作成日時"]["value"], "2020-01-02T03:04:00Z");
}

#[test]
fn the_history_holds_each_committed_state() {
    let mut kintone = domain();
    add_customer(&mut kintone, "a");
    kintone.edit_record(NOW + 1, CUSTOMERS, 1, &json!({"名前": {"value": "手で"}})).unwrap();
    kintone.delete_record(NOW + 2, CUSTOMERS, 1).unwrap();
    let seen: Vec<_> = kintone
        .history()
        .iter()
        .map(|commit| (commit.at - NOW, commit.operation, commit.revision, commit.by.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (0, Operation::Insert, 1, "Administrator"),
            (1, Operation::Update, 2, "sato"),
            (2, Operation::Delete, 2, "sato"),
        ]
    );
    assert_eq!(kintone.history()[2].record["名前"]["value"], "手で");
    let error = kintone.edit_record(NOW, CUSTOMERS, 1, &json!({})).unwrap_err();
    assert_eq!(error.code(), "GAIA_RE01");
}
