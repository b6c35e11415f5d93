use proptest::prelude::*;
use serde_json::json;

use super::*;

fn mapping(target: Json) -> Mapping {
    serde_json::from_value(json!({"version": 1, "targets": {"customers": target}})).unwrap()
}

fn target(fields: Json) -> CompiledTarget {
    let mapping = mapping(
        json!({"source": "customer", "app": "顧客管理", "key": {"field": "顧客ID"}, "fields": fields}),
    );
    Compiled::new(&mapping).unwrap().target("customers").unwrap().clone()
}

fn form() -> FormSchema {
    serde_json::from_value(json!({"properties": {
        "顧客ID": {"type": "SINGLE_LINE_TEXT", "label": "Stripe顧客ID", "unique": true},
        "氏名": {"type": "SINGLE_LINE_TEXT", "label": "お名前"},
        "種別": {"type": "CHECK_BOX", "options": {"a": {"index": "0"}}},
        "担当": {"type": "USER_SELECT"},
        "残高": {"type": "NUMBER"},
    }}))
    .unwrap()
}

fn issues(target: Json) -> Vec<(String, Option<usize>)> {
    let issues = Compiled::new(&mapping(target)).unwrap_err();
    issues.into_iter().map(|issue| (issue.code, issue.rule)).collect()
}

#[test]
fn an_object_becomes_a_record() {
    let target = target(json!([
        {"field": "氏名", "value": {"path": "name"}},
        {"field": "市", "value": {"path": "address.city"}},
        {"field": "出所", "value": {"constant": "Stripe"}},
        {"field": "残高", "value": {"path": "balance"}, "transform": [{"amount": {}}]},
        {"field": "登録日", "value": {"path": "created"}, "transform": [{"date": {}}]},
        {"field": "登録日時", "value": {"path": "created"}, "transform": [{"datetime": {}}]},
        {"field": "本番", "value": {"path": "livemode"}},
        {"field": "番号", "value": {"path": "metadata[\"社内 No.\"]"}},
        {"field": "担当先", "value": {"path": "default_source"}},
    ]));
    let projection = target.project(
        &json!({
            "id": "cus_1", "name": "山田 太郎", "address": {"city": "渋谷区"}, "balance": -1980, "currency": "usd",
            "created": 1_795_359_600, "livemode": false, "metadata": {"社内 No.": "A-7"},
            "default_source": {"object": "card", "id": "card_1"}
        }),
        None,
    );
    assert_eq!(projection.issues, []);
    assert_eq!(projection.key.as_deref(), Some("cus_1"));
    assert_eq!(
        serde_json::to_value(&projection.record).unwrap(),
        json!({
            "氏名": {"value": "山田 太郎"}, "市": {"value": "渋谷区"}, "出所": {"value": "Stripe"},
            "残高": {"value": "-19.80"}, "登録日": {"value": "2026-11-23"},
            "登録日時": {"value": "2026-11-22T15:00:00Z"}, "本番": {"value": "false"},
            "番号": {"value": "A-7"}, "担当先": {"value": "card_1"},
        })
    );
}

#[test]
fn what_is_missing_clears_its_field_and_is_never_null() {
    let target = target(json!([
        {"field": "氏名", "value": {"path": "name"}},
        {"field": "残高", "value": {"path": "balance"}, "transform": [{"amount": {}}]},
        {"field": "種別", "value": {"path": "nowhere"}},
        {"field": "担当", "value": {"path": "name"}},
    ]));
    let projection = target.project(&json!({"id": "cus_1", "name": null}), Some(&form()));
    assert_eq!(
        serde_json::to_value(&projection.record).unwrap(),
        json!({"氏名": {"value": ""}, "残高": {"value": ""}, "種別": {"value": []}, "担当": {"value": []}})
    );
}

#[test]
fn lists_have_the_form_of_their_field() {
    let target = target(json!([
        {"field": "種別", "value": {"path": "preferred_locales"}},
        {"field": "担当", "value": {"constant": "sato"}},
    ]));
    let projection =
        target.project(&json!({"id": "cus_1", "preferred_locales": ["ja", "en"]}), Some(&form()));
    assert_eq!(projection.record["種別"].value, json!(["ja", "en"]));
    assert_eq!(projection.record["担当"].value, json!([{"code": "sato"}]));
}

#[test]
fn a_value_that_does_not_fit_is_left_out_and_named() {
    let target = target(json!([
        {"field": "氏名", "value": {"path": "address"}},
        {"field": "残高", "value": {"path": "balance"}, "transform": [{"amount": {}}]},
    ]));
    let projection =
        target.project(&json!({"id": "cus_1", "address": {"city": "x"}, "balance": 5}), Some(&form()));
    assert!(projection.record.is_empty());
    let issues: Vec<_> =
        projection.issues.iter().map(|i| (i.code.as_str(), i.rule, i.label.as_deref())).collect();
    assert_eq!(
        issues,
        [("not_a_single_value", Some(0), Some("お名前")), ("no_currency", Some(1), Some("残高"))]
    );
    assert_eq!(projection.issues[1].value.as_deref(), Some("5"));
}

#[test]
fn the_key_must_be_a_short_single_value() {
    let target = target(json!([]));
    for (id, code) in [
        (json!(null), "key_missing"),
        (json!(""), "key_missing"),
        (json!(["x"]), "key_not_text"),
        (json!("長".repeat(65)), "key_too_long"),
    ] {
        let projection = target.project(&json!({"id": id}), None);
        assert_eq!((projection.key, projection.issues[0].code.as_str()), (None, code));
    }
    assert_eq!(target.project(&json!({"id": "長".repeat(64)}), None).issues, []);
    assert_eq!(target.project(&json!({"id": 7}), None).key.as_deref(), Some("7"));
}

#[test]
fn every_problem_of_a_mapping_is_told() {
    let found =
        issues(json!({"source": "customer", "app": "a", "key": {"field": "k", "path": "a..b"}, "fields": [
            {"field": "x", "value": {"path": "a b"}},
            {"field": "x", "value": {"path": "name"}, "transform": [{"date": {"zone": "Mars"}}]},
            {"field": "k", "value": {"path": "id"}},
            {"field": "y", "value": {"path": "amount"}, "transform": [{"amount": {"currency": ""}}]},
        ]}));
    let expected = [
        ("invalid_path", None),
        ("invalid_path", Some(0)),
        ("unknown_zone", Some(1)),
        ("key_field_mapped", Some(2)),
        ("invalid_path", Some(3)),
    ];
    assert_eq!(found, expected.map(|(code, rule)| (code.to_owned(), rule)));
}

#[test]
fn two_rules_for_one_field_are_refused() {
    let rule = json!({"field": "x", "value": {"constant": "1"}});
    let found =
        issues(json!({"source": "customer", "app": "a", "key": {"field": "k"}, "fields": [rule, rule]}));
    assert_eq!(found, [("field_mapped_twice".to_owned(), Some(1))]);
}

#[test]
fn write_policies_are_known_by_field() {
    let target = target(json!([
        {"field": "a", "value": {"path": "name"}},
        {"field": "b", "value": {"path": "name"}, "write_policy": "if_empty"},
    ]));
    assert_eq!(target.write_policy("a"), Some(WritePolicy::Always));
    assert_eq!(target.write_policy("b"), Some(WritePolicy::IfEmpty));
    assert_eq!(target.write_policy("c"), None);
    assert_eq!(target.write_policies().count(), 2);
    assert!(!target.is_upsert_and_always());
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "\\PC{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::btree_map("id|object|name|currency|data|x", inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn no_object_makes_it_panic_and_no_value_is_null(object in any_json(), with_form in any::<bool>()) {
        let target = target(json!([
            {"field": "氏名", "value": {"path": "name"}},
            {"field": "種別", "value": {"path": "data[0]"}},
            {"field": "担当", "value": {"path": "data"}},
            {"field": "残高", "value": {"path": "x"}, "transform": [{"amount": {}}]},
            {"field": "日", "value": {"path": "x"}, "transform": [{"date": {}}]},
            {"field": "日時", "value": {"path": "name"}, "transform": [{"datetime": {}}]},
        ]));
        let form = form();
        let projection = target.project(&object, with_form.then_some(&form));
        prop_assert!(projection.record.values().all(|field| !field.value.is_null()));
        prop_assert_eq!(projection.record.len() + projection.issues.len() - usize::from(projection.key.is_none()), 6);
    }
}
