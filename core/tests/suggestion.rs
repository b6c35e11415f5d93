//! Suggestions for apps as Japanese and English companies have them: each line of a snapshot was read.

#![expect(clippy::unwrap_used, reason = "a test may stop")]
#![expect(clippy::needless_pass_by_value, reason = "json!(…) reads best as it stands")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use daicho_core::kintone::{FormSchema, NumberPrecision};
use daicho_core::mapping::{Compiled, Mapping, Source};
use daicho_core::suggestion::{Confidence, Suggestion, suggest};
use daicho_core::validation::{Issue, check_target};
use proptest::prelude::*;
use serde_json::{Value, json};

fn form(name: &str) -> FormSchema {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/forms").join(format!("{name}.json"));
    FormSchema::parse(&std::fs::read(path).unwrap()).unwrap()
}

/// A line for each rule: how sure, the field, the rule without its field, and why.
fn shown(suggestion: &Suggestion) -> String {
    let mut lines = String::new();
    let (name, target) = suggestion.mapping.targets.iter().next().unwrap();
    let key = &suggestion.key;
    writeln!(lines, "{name} → {}", target.app).unwrap();
    writeln!(lines, "key {:?} {}.{}: {}", key.confidence, target.key.field, target.key.path, key.reason.ja)
        .unwrap();
    if let Some(condition) = &target.condition {
        writeln!(lines, "condition {}", serde_json::to_string(condition).unwrap()).unwrap();
    }
    for (rule, why) in target.fields.iter().zip(&suggestion.rules) {
        let mut rule = serde_json::to_value(rule).unwrap();
        let rule = rule.as_object_mut().unwrap();
        rule.remove("field");
        rule.retain(|name, value| !(name == "write_policy" && value == "always"));
        let rule = serde_json::to_string(rule).unwrap().replace(r#"{"zone":"Asia/Tokyo"}"#, "{}");
        writeln!(lines, "{:?} {}（{}）{rule} {}", why.confidence, why.label, why.field, why.reason.ja)
            .unwrap();
    }
    for field in &suggestion.unmatched {
        let required = if field.is_required { "required " } else { "" };
        writeln!(lines, "no rule: {required}{}（{}）{}", field.label, field.field, field.reason.ja).unwrap();
    }
    for issue in &suggestion.issues {
        writeln!(lines, "{:?} {}: {}", issue.severity, issue.code, issue.text.ja).unwrap();
    }
    lines
}

#[test]
fn the_usual_apps_come_out_right() {
    for (source, name) in [
        (Source::Customer, "customers_plain"),
        (Source::Customer, "customers_default_codes"),
        (Source::Customer, "crm_english"),
        (Source::Subscription, "subscriptions_plain"),
        (Source::Subscription, "subscriptions_variant"),
        (Source::Subscription, "subscriptions_english"),
        (Source::Invoice, "invoices_plain"),
        (Source::Invoice, "invoices_variant"),
        (Source::Customer, "customers_company"),
        (Source::Subscription, "subscriptions_company"),
        (Source::Invoice, "invoices_company"),
        (Source::Customer, "without_a_key"),
    ] {
        let suggestion = suggest(source, &form(name), NumberPrecision::default(), None);
        insta::assert_snapshot!(name, shown(&suggestion));
        let written = serde_json::to_vec(&suggestion.mapping).unwrap();
        assert_eq!(Mapping::parse(&written).unwrap(), suggestion.mapping);
        assert_eq!(suggestion.issues.iter().any(Issue::is_error), name == "without_a_key", "{name}");
    }
}

#[test]
fn an_app_may_have_another_name() {
    let form = form("customers_plain");
    let suggestion = suggest(Source::Customer, &form, NumberPrecision::default(), Some("得意先"));
    assert_eq!(suggestion.mapping.targets["customers"].app, "得意先");
}

/// A form with a key of its own, and these fields by their labels.
fn app(fields: Value) -> FormSchema {
    let mut properties =
        json!({"StripeID": {"type": "SINGLE_LINE_TEXT", "label": "Stripe ID", "unique": true}});
    for (label, field) in fields.as_object().unwrap() {
        properties[label] = field.clone();
        properties[label]["label"] = json!(label);
    }
    FormSchema::from(json!({ "properties": properties }))
}

fn suggested(source: Source, fields: Value) -> Suggestion {
    suggest(source, &app(fields), NumberPrecision::default(), None)
}

/// The rule of one field, without its field.
fn rule(suggestion: &Suggestion, field: &str) -> Value {
    let (_, target) = suggestion.mapping.targets.iter().next().unwrap();
    let rule = target.fields.iter().find(|rule| rule.field == field);
    let mut rule = serde_json::to_value(rule).unwrap();
    rule.as_object_mut().map(|rule| rule.remove("field"));
    rule
}

#[test]
fn an_invoices_number_is_written_beside_a_key_of_its_own() {
    for required in [false, true] {
        let number = json!({"type": "SINGLE_LINE_TEXT", "unique": true, "required": required});
        let suggestion = suggested(Source::Invoice, json!({"請求書番号": number}));
        assert_eq!(rule(&suggestion, "請求書番号")["value"], json!({"path": "number"}), "{suggestion:#?}");
        assert!(!suggestion.issues.iter().any(Issue::is_error));
        assert!(!suggestion.issues.iter().any(|issue| issue.code == "unique_may_repeat"));
        // What kintone asks for a draft does not have.
        assert_eq!(suggestion.mapping.targets["invoices"].condition.is_some(), required);
    }
}

#[test]
fn the_amount_of_a_subscription_counts_its_quantity() {
    let number = json!({"type": "NUMBER"});
    for fields in [json!({"契約金額": number}), json!({"契約金額": number, "単価": number})] {
        let suggestion = suggested(Source::Subscription, fields);
        let value = &rule(&suggestion, "契約金額")["value"];
        assert_eq!(*value, json!({"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}));
        let (of, _) = why(&suggestion, "契約金額");
        assert_eq!(of, Confidence::Medium);
    }
}

/// How sure a rule is, and what is said of it.
fn why(suggestion: &Suggestion, field: &str) -> (Confidence, String) {
    let found = suggestion.rules.iter().find(|rule| rule.field == field).unwrap();
    (found.confidence, found.reason.ja.clone())
}

#[test]
fn an_amount_is_in_the_currency_that_its_source_has() {
    let number = json!({"type": "NUMBER"});
    let amount = |source, field: &str| {
        let suggestion = suggested(source, json!({field: number}));
        rule(&suggestion, field)["transform"][0]["amount"]["currency"].clone()
    };
    // An item has no currency of its own.
    assert_eq!(amount(Source::SubscriptionItem, "単価"), "price.currency");
    assert_eq!(amount(Source::Subscription, "単価"), "currency");
    assert_eq!(amount(Source::InvoiceLine, "金額"), "currency");
    assert_eq!(amount(Source::Invoice, "請求額"), "currency");
    assert_eq!(amount(Source::Customer, "残高"), "currency");
}

#[test]
fn a_figure_is_in_the_currency_that_the_form_names() {
    let number = json!({"type": "NUMBER"});
    let suggestion = suggested(Source::Customer, json!({"MRR（ドル）": number, "累計入金額": number}));
    let currency =
        |field: &str, figure: &str| rule(&suggestion, field)["value"]["ledger"][figure]["currency"].clone();
    assert_eq!(currency("MRR（ドル）", "monthly_recurring_revenue"), "usd");
    assert_eq!(currency("累計入金額", "lifetime_paid"), "usd");
    let suggestion = suggested(Source::Customer, json!({"MRR（円）": number, "累計入金額($)": number}));
    assert_eq!(
        rule(&suggestion, "MRR（円）")["value"]["ledger"]["monthly_recurring_revenue"]["currency"],
        "jpy"
    );
}

fn drop_down(options: &[&str]) -> Value {
    let options: BTreeMap<&str, Value> =
        options.iter().enumerate().map(|(at, name)| (*name, json!({"label": name, "index": at}))).collect();
    json!({"type": "DROP_DOWN", "options": options})
}

#[test]
fn a_payment_cycle_of_three_months_is_not_a_month() {
    let cycles = ["月払い", "3ヶ月", "6カ月払い", "年払い"];
    let suggestion = suggested(Source::Subscription, json!({"支払サイクル": drop_down(&cycles)}));
    let rule = rule(&suggestion, "支払サイクル");
    assert!(rule["value"]["template"].as_str().unwrap().contains("interval_count"), "{rule}");
    let values = &rule["transform"][0]["map"]["values"];
    for (every, option) in [
        ("1 month", "月払い"),
        ("3 month", "3ヶ月"),
        ("6 month", "6カ月払い"),
        ("12 month", "年払い"),
        ("1 year", "年払い"),
    ] {
        assert_eq!(values[every], option, "{values}");
    }
}

#[test]
fn what_brackets_tell_is_not_dropped() {
    let (number, date) = (json!({"type": "NUMBER"}), json!({"type": "DATE"}));
    for (source, label, field) in [
        (Source::Invoice, "合計（税別）", &number),
        (Source::Invoice, "登録番号（取引先）", &json!({"type": "SINGLE_LINE_TEXT"})),
        (Source::Invoice, "入金日（予定）", &date),
        (Source::Subscription, "開始日（トライアル）", &date),
    ] {
        let suggestion = suggested(source, json!({label: field}));
        let value = rule(&suggestion, label)["value"].clone();
        let expected = match label {
            "合計（税別）" => json!({"path": "total_excluding_tax"}),
            "登録番号（取引先）" => {
                json!({"path": "customer.tax_ids.data[?type==\"jp_trn\"].value"})
            }
            "開始日（トライアル）" => json!({"path": "trial_start"}),
            _ => Value::Null,
        };
        assert_eq!(value, expected, "{label}");
    }
}

#[test]
fn whether_tax_is_in_a_price_is_left_to_people() {
    let number = json!({"type": "NUMBER"});
    for source in [Source::Customer, Source::Subscription] {
        for label in ["月額（税抜）", "月額（税込み）"] {
            let suggestion = suggested(source, json!({label: number}));
            let (sure, said) = why(&suggestion, label);
            assert!(sure == Confidence::Low && said.contains("税抜か税込か"), "{label}: {said}");
        }
    }
    // A code that says less than the label is no better.
    let field = json!({"月額": {"type": "NUMBER", "label": "月額（税抜）", "code": "月額"}});
    let form = json!({"properties": field});
    let suggestion = suggest(Source::Customer, &FormSchema::from(form), NumberPrecision::default(), None);
    assert_eq!(why(&suggestion, "月額").0, Confidence::Low);
}

#[test]
fn a_number_of_the_companys_own_is_not_taken_for_stripes() {
    let text = json!({"type": "SINGLE_LINE_TEXT"});
    for (source, label) in [
        (Source::Subscription, "顧客コード"),
        (Source::Invoice, "契約番号"),
        (Source::Invoice, "取引先番号"),
        (Source::SubscriptionItem, "契約番号"),
        (Source::Subscription, "商品コード"),
    ] {
        let suggestion = suggested(source, json!({label: text}));
        assert_eq!(rule(&suggestion, label), Value::Null, "{label}");
        let left = suggestion.unmatched.iter().find(|field| field.field == label).unwrap();
        assert!(left.reason.ja.contains("自社"), "{label}: {}", left.reason.ja);
    }
    let suggestion = suggested(Source::Invoice, json!({"Stripe契約番号": text}));
    assert!(rule(&suggestion, "Stripe契約番号").is_object());
    // A lookup by it would never find a record.
    let lookup = json!({"type": "SINGLE_LINE_TEXT", "lookup": {"relatedApp": {"app": "1"},
        "relatedKeyField": "顧客コード", "fieldMappings": []}});
    let suggestion = suggested(Source::Subscription, json!({"顧客": lookup}));
    assert!(suggestion.unmatched[0].reason.ja.contains("顧客コード"), "{:?}", suggestion.unmatched);
}

#[test]
fn a_key_that_may_hold_the_companys_own_numbers_says_so() {
    let key = |label: &str| {
        let field = json!({"k": {"type": "SINGLE_LINE_TEXT", "code": "k", "label": label, "unique": true}});
        let form = FormSchema::from(json!({ "properties": field }));
        suggest(Source::Customer, &form, NumberPrecision::default(), None).key
    };
    for label in ["顧客コード", "会員番号"] {
        let key = key(label);
        assert!(key.field == "k" && key.confidence == Confidence::Low, "{key:?}");
        assert!(key.reason.ja.contains("自社の番号"), "{key:?}");
    }
    assert_eq!(key("顧客ID").confidence, Confidence::Medium);
    assert_eq!(key("Stripe顧客番号").confidence, Confidence::High);
}

#[test]
fn what_people_typed_stays_where_stripe_has_nothing() {
    let (text, date) = (json!({"type": "SINGLE_LINE_TEXT"}), json!({"type": "DATE"}));
    let fields = json!({"会社名": text, "電話番号": text, "住所": text, "カードブランド": text, "下4桁": text,
        "カード有効期限": text, "登録日": date});
    let suggestion = suggested(Source::Customer, fields);
    for field in ["会社名", "電話番号", "住所"] {
        assert_eq!(rule(&suggestion, field)["empty"], "leave", "{field}");
    }
    // A card that is gone must not stay.
    for field in ["カードブランド", "下4桁", "カード有効期限"] {
        assert!(rule(&suggestion, field)["empty"].is_null(), "{field}");
    }
    assert_eq!(rule(&suggestion, "登録日")["write_policy"], "if_empty");
    let suggestion = suggested(Source::Subscription, json!({"契約開始日": date, "次回更新日": date}));
    assert_eq!(rule(&suggestion, "契約開始日")["write_policy"], "if_empty");
    assert_eq!(rule(&suggestion, "次回更新日")["write_policy"], "always");
}

#[test]
fn a_prefecture_goes_to_the_option_that_there_is() {
    let options = drop_down(&["東京", "大阪", "北海道"]);
    let suggestion = suggested(Source::Customer, json!({"都道府県": options}));
    let values = &rule(&suggestion, "都道府県")["transform"][0]["map"]["values"];
    for (state, option) in [("東京都", "東京"), ("大阪府", "大阪"), ("Tokyo", "東京"), ("Hokkaido", "北海道")]
    {
        assert_eq!(values[state], option, "{values}");
    }
}

#[test]
fn an_element_reads_its_parents_things_through_its_parent() {
    let date = json!({"type": "DATE"});
    for (source, field, value) in [
        (Source::SubscriptionItem, "契約開始日", json!({"path": "subscription.start_date"})),
        (
            Source::SubscriptionItem,
            "契約終了日",
            json!({"first": ["subscription.ended_at", "subscription.cancel_at"]}),
        ),
        (Source::InvoiceLine, "請求日", json!({"first": ["invoice.effective_at", "invoice.created"]})),
    ] {
        let suggestion = suggested(source, json!({field: date}));
        assert_eq!(rule(&suggestion, field)["value"], value, "{field}");
    }
    // The record that a row stands in has it.
    let table = lines(&json!({"数量": {"type": "NUMBER"}, "請求日": date}));
    assert_eq!(table.unmatched.len(), 1, "{:?}", table.unmatched);
}

fn lines(columns: &Value) -> Suggestion {
    let mut fields = json!({"明細ID": {"type": "SINGLE_LINE_TEXT"}});
    for (label, column) in columns.as_object().unwrap() {
        fields[label] = column.clone();
    }
    suggested(Source::Invoice, json!({"請求明細": {"type": "SUBTABLE", "fields": fields}}))
}

#[test]
fn the_columns_of_a_table_are_found_or_told() {
    let number = json!({"type": "NUMBER"});
    let options = json!({"10%": {"index": "0"}, "8%（軽減税率）": {"index": "1"}, "対象外": {"index": "2"}});
    let rate = json!({"type": "DROP_DOWN", "options": options});
    let whole = lines(&json!({"単価（税抜）": number, "適用税率": rate, "数量（個）": number}));
    let rows = &rule(&whole, "請求明細")["value"]["rows"]["columns"];
    let column =
        |field: &str| rows.as_array().unwrap().iter().find(|column| column["field"] == field).cloned();
    assert_eq!(column("単価（税抜）").unwrap()["value"], json!({"path": "pricing.unit_amount_decimal"}));
    assert_eq!(column("数量（個）").unwrap()["value"], json!({"path": "quantity"}));
    let values = column("適用税率").unwrap()["transform"][0]["map"]["values"].clone();
    for (percentage, option) in [("10", "10%"), ("8.0", "8%（軽減税率）"), ("0", "対象外")] {
        assert_eq!(values[percentage], option, "{values}");
    }
    assert_eq!((whole.rules[0].confidence, whole.unmatched.len()), (Confidence::High, 0));
    // Whether tax is in it is not what Stripe's amount says.
    let part =
        lines(&json!({"数量": number, "金額（税込）": number, "社内メモ": {"type": "SINGLE_LINE_TEXT"}}));
    assert_eq!(part.rules[0].confidence, Confidence::Medium);
    let told: Vec<_> = part.unmatched.iter().map(|column| column.label.as_str()).collect();
    assert_eq!(told, ["請求明細 > 社内メモ", "請求明細 > 金額（税込）"]);
}

#[test]
fn a_table_that_asks_for_what_stripe_does_not_have_says_so() {
    let asked = json!({"type": "SINGLE_LINE_TEXT", "required": true});
    let suggestion = lines(&json!({"数量": {"type": "NUMBER"}, "原価区分": asked}));
    let told: Vec<_> = suggestion.unmatched.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(told, ["請求明細"]);
    assert!(suggestion.unmatched[0].reason.ja.contains("原価区分"), "{:?}", suggestion.unmatched);
}

#[test]
fn the_two_ends_of_a_period_are_known_by_their_usual_names() {
    let date = json!({"type": "DATE"});
    for (source, start, end) in [
        (Source::Subscription, "items.data[0].current_period_start", "items.data[0].current_period_end"),
        (Source::Invoice, "lines.data[0].period.start", "lines.data[0].period.end"),
        (Source::SubscriptionItem, "current_period_start", "current_period_end"),
        (Source::InvoiceLine, "period.start", "period.end"),
    ] {
        for (from, to) in [
            ("対象期間（自）", "対象期間（至）"),
            ("契約期間（自）", "契約期間（至）"),
            ("対象期間開始", "対象期間終了"),
        ] {
            if from.starts_with("契約") && matches!(source, Source::Invoice | Source::InvoiceLine) {
                continue;
            }
            let suggestion = suggested(source, json!({from: date, to: date}));
            assert_eq!(rule(&suggestion, from)["value"], json!({"path": start}), "{source:?} {from}");
            assert_eq!(rule(&suggestion, to)["value"], json!({"path": end}), "{source:?} {to}");
        }
    }
}

/// Any field: of every type, under names that mean something and names that do not.
fn a_field() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        proptest::sample::select(&NAMES[..]).prop_map(str::to_owned),
        "\\PC{1,8}",
        "[a-z]{1,6}",
        proptest::sample::select(&NAMES[..]).prop_map(|name| format!("{name}（必須）")),
    ];
    let options = proptest::collection::btree_set(proptest::sample::select(&OPTIONS[..]), 0..6);
    let lookup = proptest::option::weighted(
        0.15,
        (proptest::sample::select(&NAMES[..]), proptest::sample::select(&NAMES[..])),
    );
    let flags =
        (any::<bool>(), any::<bool>(), proptest::option::of(0u32..80), proptest::option::of(0u32..80));
    let kind = proptest::sample::select(&TYPES[..]);
    let protocol = proptest::sample::select(&["WEB", "MAIL", "CALL", "FAX"][..]);
    (kind, name, options, lookup, flags, protocol).prop_map(
        |(kind, label, options, lookup, flags, protocol)| {
            let (required, unique, least, most) = flags;
            let options: BTreeMap<&str, Value> = options
                .iter()
                .enumerate()
                .map(|(at, name)| (*name, json!({"label": name, "index": at})))
                .collect();
            let mut field = json!({"type": kind, "label": label, "required": required, "unique": unique,
            "options": options, "minLength": least, "maxLength": most, "protocol": protocol});
            if let Some((key, copied)) = lookup {
                field["lookup"] = json!({"relatedApp": {"app": "1"}, "relatedKeyField": key,
                "fieldMappings": [{"field": copied, "relatedField": "x"}]});
            }
            field
        },
    )
}

fn a_form() -> impl Strategy<Value = FormSchema> {
    let table = proptest::collection::btree_map("[a-z]{1,4}|明細ID", a_field(), 0..6);
    let any = "\\PC{1,6}".prop_filter("kintone takes no blank code", |code| !code.trim().is_empty());
    let code = prop_oneof![proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), any];
    let fields = proptest::collection::btree_map(code, a_field(), 0..14);
    (fields, proptest::option::of(table)).prop_map(|(mut fields, table)| {
        if let Some(columns) = table {
            fields.insert("表".to_owned(), json!({"type": "SUBTABLE", "label": "明細", "fields": columns}));
        }
        FormSchema::from(json!({ "properties": fields }))
    })
}

proptest! {
    #[test]
    fn a_suggestion_passes_its_own_check(form in a_form(), source in proptest::sample::select(&SOURCES[..])) {
        let precision = NumberPrecision::default();
        let suggestion = suggest(source, &form, precision, None);
        let mapping = &suggestion.mapping;
        prop_assert!(Compiled::new(mapping).is_ok());
        let (name, target) = mapping.targets.iter().next().unwrap();
        let issues = check_target(name, target, &form, precision);
        prop_assert_eq!(&issues, &suggestion.issues);
        for issue in issues.iter().filter(|issue| issue.is_error()) {
            // What only a change of the form can mend.
            let of_key = ["unknown_key_field", "key_not_unique", "key_field_too_short"].contains(&issue.code.as_str());
            let unmatched = suggestion.unmatched.iter().find(|unmatched| Some(&unmatched.field) == issue.field.as_ref());
            let of_required = issue.code == "required_unmapped" && unmatched.is_none_or(|unmatched| unmatched.is_required);
            prop_assert!(of_key || of_required, "{:?}", issue);
        }
        prop_assert_eq!(target.fields.len(), suggestion.rules.len());
        let ruled = |code: &str| target.key.field == code || target.fields.iter().any(|rule| rule.field == code);
        for unmatched in &suggestion.unmatched {
            prop_assert!(!ruled(&unmatched.field));
        }
        let written = serde_json::to_vec(mapping).unwrap();
        prop_assert_eq!(&Mapping::parse(&written).unwrap(), mapping);
    }
}

const SOURCES: [Source; 5] =
    [Source::Customer, Source::Subscription, Source::Invoice, Source::SubscriptionItem, Source::InvoiceLine];

const TYPES: [&str; 18] = [
    "SINGLE_LINE_TEXT",
    "SINGLE_LINE_TEXT",
    "MULTI_LINE_TEXT",
    "RICH_TEXT",
    "NUMBER",
    "NUMBER",
    "DATE",
    "DATETIME",
    "TIME",
    "DROP_DOWN",
    "RADIO_BUTTON",
    "CHECK_BOX",
    "MULTI_SELECT",
    "LINK",
    "USER_SELECT",
    "FILE",
    "CALC",
    "NEW_TYPE",
];

const OPTIONS: [&str; 16] = [
    "有効",
    "解約済み",
    "試用中",
    "未入金",
    "入金済",
    "下書き",
    "JPY",
    "USD",
    "毎月",
    "はい",
    "いいえ",
    "active",
    "canceled",
    "カード",
    "Stripe",
    "東京都",
];

const NAMES: [&str; 40] = [
    "顧客ID",
    "Stripe顧客ID",
    "契約ID",
    "請求書番号",
    "会社名",
    "担当者名",
    "フリガナ",
    "メール",
    "電話番号",
    "住所",
    "都道府県",
    "国",
    "状態",
    "通貨",
    "残高",
    "月額",
    "継続月数",
    "次回請求日",
    "プラン名",
    "数量",
    "単価",
    "金額",
    "契約期間",
    "自動更新",
    "請求方法",
    "支払方法",
    "有効期限",
    "備考",
    "連携元",
    "消費税",
    "10%対象",
    "登録番号",
    "請求書URL",
    "明細",
    "明細ID",
    "税率",
    "品名",
    "請求日",
    "滞納",
    "Stripe_ID",
];
