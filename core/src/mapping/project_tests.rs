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
            {"field": "t", "value": {"template": "{{ a"}},
            {"field": "u", "value": {"first": []}},
            {"field": "v", "value": {"path": "a"}, "transform": [{"divide": {"number": "0"}}]},
            {"field": "w", "value": {"ledger": {"lifetime_paid": {"currency": "yen!"}}}},
            {"field": "z", "value": {"tax_total": {"rate": "十", "part": "tax"}}},
        ]}));
    let expected = [
        ("invalid_path", None),
        ("invalid_path", Some(0)),
        ("unknown_zone", Some(1)),
        ("key_field_mapped", Some(2)),
        ("invalid_path", Some(3)),
        ("invalid_template", Some(4)),
        ("invalid_path", Some(5)),
        ("invalid_transform", Some(6)),
        ("invalid_figure", Some(7)),
        ("invalid_figure", Some(8)),
    ];
    assert_eq!(found, expected.map(|(code, rule)| (code.to_owned(), rule)));
}

#[test]
fn values_come_from_several_paths_templates_and_related_objects() {
    let target = target(json!([
        {"field": "連絡先", "value": {"first": ["name", "email", "id"]}},
        {"field": "宛名", "value": {"template": "{{ name | default: \"ご担当者\" }} 様"}},
        {"field": "商品", "value": {"path": "items.data[*].price.product.name"}, "transform": [{"join": {"with": "、"}}]},
        {"field": "カード", "value": {"path": "default_payment_method.card.last4"}},
        {"field": "定期", "value": {"path": "items.data[?kind==\"plan\"].amount"}, "transform": [{"amount": {"currency": "customer.currency"}}]},
    ]));
    let object = json!({"id": "sub_1", "customer": "cus_1", "email": "a@example.com", "default_payment_method": "pm_1",
        "items": {"data": [{"price": {"product": "prod_1"}}, {"kind": "plan", "amount": 1980, "price": {"product": "prod_2"}}]}});
    let context = serde_json::from_value(json!({"related": {
        "cus_1": {"currency": "usd"}, "pm_1": {"card": {"last4": "4242"}},
        "prod_1": {"name": "基本"}, "prod_2": {"name": "追加"}}}))
    .unwrap();
    let projection = target.project_in(&object, None, &context, &BuiltInZones);
    assert_eq!(projection.issues, []);
    let texts: Vec<&str> = projection.record.values().filter_map(|field| field.value.as_str()).collect();
    assert_eq!(texts, ["4242", "基本、追加", "19.80", "ご担当者 様", "a@example.com"]);
    assert_eq!(target.needs().collect::<Vec<_>>(), [2, 3, 4].map(|rule| (Some(rule), Need::Related)));
    let issues = target.project(&object, None).issues;
    let codes: Vec<(&str, Option<usize>)> =
        issues.iter().map(|issue| (issue.code.as_str(), issue.rule)).collect();
    assert_eq!(codes, [2, 3, 4].map(|rule| ("related_missing", Some(rule))));
    assert!(issues[0].text.en.contains("prod_1"), "{}", issues[0].text.en);
}

fn ledger_context() -> Context {
    let item = json!({"quantity": 1, "price": {"id": "price_1", "unit_amount": 980, "recurring": {"interval": "month"}},
        "current_period_end": 1_795_359_600});
    let subscription = json!({"object": "subscription", "status": "active", "currency": "jpy", "start_date": 1_763_823_600,
        "items": {"data": [item]}});
    serde_json::from_value(json!({"now": 1_795_359_600, "related": {"txr": {"percentage": 10}},
        "ledger": {"subscriptions": [subscription], "invoices": [{"status": "open", "currency": "jpy", "amount_remaining": 5}],
            "charges": [{"status": "succeeded", "currency": "jpy", "amount": 980, "created": 1_763_823_600}]}}))
    .unwrap()
}

fn figures() -> CompiledTarget {
    let rule = |field: &str, figure: Json, transform: Json| json!({"field": field, "value": {"ledger": figure}, "transform": transform});
    target(json!([
        rule("1", json!({"monthly_recurring_revenue": {"currency": "jpy"}}), json!([])),
        rule("2", json!({"tenure_months": {}}), json!([])),
        rule("3", json!({"lifetime_paid": {"currency": "jpy"}}), json!([])),
        rule("4", json!({"active_subscriptions": {}}), json!([])),
        rule("5", json!({"next_billing_date": {}}), json!([{"date": {}}])),
        rule("6", json!({"unpaid_amount": {"currency": "jpy"}}), json!([])),
        rule("7", json!({"first_payment_date": {}}), json!([{"date": {}}])),
        rule("8", json!({"last_payment_date": {}}), json!([{"date": {}}])),
        {"field": "9", "value": {"tax_total": {"rate": "10", "part": "included"}}},
    ]))
}

#[test]
fn figures_are_values() {
    let object = json!({"id": "cus_1", "object": "customer", "currency": "jpy",
        "total_taxes": [{"amount": 10, "taxable_amount": 100, "tax_rate_details": {"tax_rate": "txr"}}]});
    let projection = figures().project_in(&object, None, &ledger_context(), &BuiltInZones);
    assert_eq!(projection.issues, []);
    let texts: Vec<&str> = projection.record.values().filter_map(|field| field.value.as_str()).collect();
    assert_eq!(texts, ["980", "12", "980", "1", "2026-11-23", "5", "2025-11-23", "2025-11-23", "110"]);
    let ended = json!({"id": "sub_1", "object": "subscription", "status": "canceled", "start_date": 0, "ended_at": 1,
        "items": {"data": []}});
    let projection = figures().project_in(&ended, None, &ledger_context(), &BuiltInZones);
    assert_eq!(
        (&projection.record["1"], &projection.record["4"]),
        (&FieldValue::text("0"), &FieldValue::text("0"))
    );
}

#[test]
fn a_figure_that_cannot_be_computed_is_cleared_with_a_warning() {
    let mut context = ledger_context();
    context.ledger.subscriptions.as_mut().unwrap()[0]["items"]["data"][0]["price"]["billing_scheme"] =
        json!("tiered");
    let object = json!({"id": "cus_1", "currency": "jpy"});
    let projection = figures().project_in(&object, None, &context, &BuiltInZones);
    assert_eq!(projection.record["1"], FieldValue::text(""));
    assert_eq!(projection.issues.len(), 1);
    let issue = &projection.issues[0];
    assert_eq!((issue.code.as_str(), issue.is_error(), issue.rule), ("figure_unknown", false, Some(0)));
    assert!(issue.text.en.contains("price_1: it has tiers"), "{}", issue.text.en);
}

#[test]
fn a_ledger_that_was_not_gathered_is_an_error() {
    let projection = figures().project(&json!({"id": "cus_1", "currency": "jpy"}), None);
    assert_eq!(projection.record.keys().collect::<Vec<_>>(), ["9"]);
    assert!(projection.issues.iter().all(|issue| issue.code == "related_missing" && issue.is_error()));
    let needs: Vec<Need> = figures().needs().map(|(_, need)| need).collect();
    assert_eq!(needs, [vec![Need::Ledger; 8], vec![Need::Related]].concat());
}

#[test]
fn what_is_empty_is_cleared_left_alone_or_filled() {
    let rule = |empty: Json| json!([{"field": "氏名", "value": {"path": "name"}, "empty": empty}]);
    let object = json!({"id": "cus_1", "name": ""});
    let written = |empty: Json| target(rule(empty)).project(&object, None).record.get("氏名").cloned();
    assert_eq!(written(json!("clear")), Some(FieldValue::text("")));
    assert_eq!(written(json!("leave")), None);
    assert_eq!(written(json!({"default": "不明"})), Some(FieldValue::text("不明")));
}

#[test]
fn a_list_of_one_fits_a_field_of_one() {
    let target = target(json!([
        {"field": "a", "value": {"path": "l[?k==1].v"}},
        {"field": "b", "value": {"path": "l[*].v"}},
    ]));
    let projection = target.project(&json!({"id": "x", "l": [{"k": 1, "v": "one"}, {"v": "two"}]}), None);
    assert_eq!(projection.record["a"], FieldValue::text("one"));
    assert_eq!(projection.issues[0].code, "not_a_single_value");
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

/// One rule of every kind, over names that `any_json` uses.
fn everything() -> CompiledTarget {
    let rules = [
        json!({"value": {"path": "data[*].x"}, "transform": [{"join": {}}, {"split": {}}, {"case": {"to": "upper"}}]}),
        json!({"value": {"path": "x[?name==\"a\"].customer.name"}, "empty": "leave"}),
        json!({"value": {"first": ["name", "x.currency"]}, "transform": [{"map": {"values": {"a": "b"}, "otherwise": "keep"}}]}),
        json!({"value": {"template": "{{ x | round: 2 }} {{ name | substring: 1, 2 | half }}"}}),
        json!({"value": {"template": "{{ x | divide: 3, 4 | default: a }}/{{ data | join }}"}}),
        json!({"value": {"path": "x"}, "transform": [{"time": {}}]}),
        json!({"value": {"path": "name"}, "transform": [{"phone": {}}, {"postal_code": {}}, {"width": {"to": "full"}}]}),
        json!({"value": {"path": "x"}, "transform": [{"multiply": {"number": "1.1"}}, {"boolean": {"yes": "1", "no": "0"}}]}),
        json!({"value": {"rows": {"list": "data", "key": {"field": "k"}, "keep_others": true, "columns": [
            {"field": "c", "value": {"path": "x"}, "transform": [{"amount": {}}]}]}}}),
        json!({"value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}}),
        json!({"value": {"ledger": {"tenure_months": {}}}}),
        json!({"value": {"ledger": {"next_billing_date": {}}}, "transform": [{"date": {}}]}),
        json!({"value": {"ledger": {"lifetime_paid": {"currency": "jpy"}}}}),
        json!({"value": {"tax_total": {"rate": "10", "part": "included"}}}),
    ];
    let named = rules.into_iter().zip(0..).map(|(mut rule, index)| {
        rule["field"] = json!(format!("f{index}"));
        rule
    });
    target(named.collect())
}

proptest! {
    #[test]
    fn nothing_that_stripe_or_kintone_may_say_makes_it_panic(
        object in any_json(),
        related in any_json(),
        listed in proptest::collection::vec(any_json(), 0..3),
        current in any_json(),
    ) {
        let context = Context {
            related: related.as_object().cloned().unwrap_or_default().into_iter().collect(),
            ledger: crate::ledger::Ledger {
                subscriptions: Some(listed.clone()), invoices: Some(listed.clone()), charges: Some(listed),
            },
            current: Some(Record::from([("f8".to_owned(), FieldValue { value: current })])),
            now: Some(0),
        };
        let projection = everything().project_in(&object, Some(&form()), &context, &BuiltInZones);
        prop_assert!(projection.record.values().all(|field| !field.value.is_null()));
    }

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
