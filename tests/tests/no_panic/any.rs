//! Mappings, objects and contexts that nobody would write.

use daicho_core::kintone::{FieldValue, Record};
use daicho_core::ledger::Ledger;
use daicho_core::mapping::Context;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Number, Value, json};

use crate::exercise;

proptest! {
    #[test]
    fn no_mapping_object_or_context_makes_it_panic(
        mapping in mapping(),
        object in any_json(),
        context in context(),
    ) {
        let _ = exercise(&mapping, &object, &context);
    }

    #[test]
    fn no_document_makes_it_panic(document in any_json(), targets in any_json(), target in any_json()) {
        let context = Context::default();
        for mapping in [
            document.clone(),
            json!({"version": 1, "targets": targets}),
            json!({"version": 1, "targets": {"t": target}}),
            json!({"version": 1, "targets": {"t": {"source": "customer", "app": "a", "key": {"field": "k"}, "fields": target}}}),
        ] {
            let _ = exercise(&mapping, &document, &context);
        }
    }
}

/// Names that objects have and paths ask for.
const NAMES: [&str; 24] = [
    "id",
    "object",
    "customer",
    "subscription",
    "invoice",
    "name",
    "currency",
    "amount",
    "status",
    "data",
    "lines",
    "items",
    "price",
    "unit_amount",
    "quantity",
    "recurring",
    "interval",
    "interval_count",
    "discounts",
    "created",
    "deleted",
    "has_more",
    "taxes",
    "metadata",
];

/// Texts that mean something to someone.
const TEXTS: [&str; 22] = [
    "",
    "cus_1",
    "sub_1",
    "in_1",
    "customer",
    "subscription",
    "invoice",
    "list",
    "jpy",
    "usd",
    "kwd",
    "active",
    "month",
    "year",
    "true",
    "-1.5e3",
    "99999999999999999999",
    "+81 90-1234-5678",
    "〒150-0001",
    "１２３",
    "a,b,,c",
    "𠮷\u{0}\u{202e}e\u{301}",
];

/// Any JSON, of names and texts that lead somewhere more often than not.
fn any_json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3i64..2_000_000_000).prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        select(&TEXTS[..]).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let any = leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(&NAMES[..]), inner), 0..7).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    });
    any.boxed()
}

fn context() -> impl Strategy<Value = Context> {
    let list = || option::of(vec(any_json(), 0..3));
    let related = vec((select(&TEXTS[1..4]), any_json()), 0..4);
    let current = option::of(vec(any_json(), 0..12));
    (related, list(), list(), list(), current, option::of(any::<i64>())).prop_map(
        |(related, subscriptions, invoices, charges, current, now)| Context {
            related: related.into_iter().map(|(id, object)| (id.to_owned(), object)).collect(),
            ledger: Ledger { subscriptions, invoices, charges },
            current: current.map(record),
            now,
        },
    )
}

fn record(values: Vec<Value>) -> Record {
    let field = |(at, value)| (format!("f{at}"), FieldValue { value });
    values.into_iter().enumerate().map(field).collect()
}

fn path() -> BoxedStrategy<String> {
    let step = prop_oneof![
        6 => select(&NAMES[..]).prop_map(|name| format!(".{name}")),
        1 => (0usize..3).prop_map(|at| format!("[{at}]")),
        1 => Just("[*]".to_owned()),
        1 => Just("[\"氏 名\"]".to_owned()),
        1 => select(&NAMES[..]).prop_map(|name| format!("[?{name}==\"active\"]")),
        1 => select(&NAMES[..]).prop_map(|name| format!("[?{name}!=null]")),
    ];
    let path = vec(step, 1..6).prop_map(|steps| steps.concat().trim_start_matches('.').to_owned());
    prop_oneof![60 => path, 1 => "[a-z.\\[\\]\"?=*0-9]{0,16}".prop_map(String::from)].boxed()
}

fn value() -> BoxedStrategy<Value> {
    let texts = select(&TEXTS[..]).prop_map(str::to_owned);
    prop_oneof![
        6 => path().prop_map(|path| json!({ "path": path })),
        1 => vec(path(), 0..3).prop_map(|paths| json!({ "first": paths })),
        1 => texts.prop_map(|text| json!({ "constant": text })),
        2 => vec((path(), filters()), 0..3).prop_map(|parts| {
            let text: String = parts.iter().map(|(path, filters)| format!("{{{{ {path}{filters} }}}}、")).collect();
            json!({ "template": text })
        }),
        1 => "\\PC{0,12}|[{}| a-z.\"]{0,20}".prop_map(|text| json!({ "template": text })),
        3 => figure(),
    ]
    .boxed()
}

fn filters() -> BoxedStrategy<String> {
    let filter = select(
        &[
            " | trim",
            " | round: 2",
            " | substring: 1, 2",
            " | divide: 3, 4",
            " | default: \"x\"",
            " | amount",
            " | date",
            " | join: \",\"",
        ][..],
    );
    vec(filter, 0..3).prop_map(|filters| filters.concat()).boxed()
}

fn figure() -> BoxedStrategy<Value> {
    let figures = vec![
        json!({"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}),
        json!({"ledger": {"monthly_recurring_revenue": {"currency": "kwd"}}}),
        json!({"ledger": {"tenure_months": {}}}),
        json!({"ledger": {"lifetime_paid": {"currency": "jpy"}}}),
        json!({"ledger": {"active_subscriptions": {}}}),
        json!({"ledger": {"next_billing_date": {}}}),
        json!({"ledger": {"unpaid_amount": {"currency": "usd"}}}),
        json!({"ledger": {"first_payment_date": {}}}),
        json!({"ledger": {"last_payment_date": {}}}),
        json!({"tax_total": {"rate": "10", "part": "tax"}}),
        json!({"tax_total": {"rate": "8.25", "part": "excluded"}}),
    ];
    select(figures).boxed()
}

fn transform() -> BoxedStrategy<Value> {
    let number =
        || select(&["7", "1", "-0.5", "1.10", "99999999999999999999999", "3", "-12", "0.0001", "2", "0"][..]);
    prop_oneof![
        path().prop_map(|currency| json!({"amount": {"currency": currency}})),
        select(&["Asia/Tokyo", "UTC", "-14:00", "+05:30", "Asia/Tokyo", "UTC", "Mars/Olympus"][..])
            .prop_map(|zone| json!({"date": {"zone": zone}})),
        Just(json!({"datetime": {}})),
        Just(json!({"time": {}})),
        select(&["error", "keep", "empty"][..])
            .prop_map(|otherwise| json!({"map": {"values": {"active": "有効"}, "otherwise": otherwise}})),
        select(&["upper", "lower"][..]).prop_map(|to| json!({"case": {"to": to}})),
        Just(json!({"trim": {}})),
        select(&["half", "full", "standard"][..]).prop_map(|to| json!({"width": {"to": to}})),
        select(&["domestic", "international", "digits"][..])
            .prop_map(|form| json!({"phone": {"form": form}})),
        Just(json!({"postal_code": {}})),
        Just(json!({"join": {"with": "、"}})),
        select(&[",", "a"][..]).prop_map(|at| json!({"split": {"at": at}})),
        (any::<u32>(), option::of(any::<u32>()))
            .prop_map(|(start, length)| json!({"substring": {"start": start % 9, "length": length}})),
        (0u32..11).prop_map(|decimals| json!({"round": {"decimals": decimals, "mode": "half_even"}})),
        number().prop_map(|number| json!({"add": {"number": number}})),
        number().prop_map(|number| json!({"subtract": {"number": number}})),
        number().prop_map(|number| json!({"multiply": {"number": number}})),
        (number(), 0u32..11)
            .prop_map(|(number, decimals)| json!({"divide": {"number": number, "decimals": decimals}})),
        Just(json!({"boolean": {"yes": "1", "no": ""}})),
        Just(json!({"default": {"value": "2026-01-01"}})),
    ]
    .boxed()
}

fn rule(rows: bool) -> BoxedStrategy<Value> {
    let plain = value();
    let value = if rows { prop_oneof![7 => plain, 1 => table()].boxed() } else { plain };
    let empty = select(vec![json!("clear"), json!("leave"), json!({"default": "x"})]);
    (value, vec(transform(), 0..4), empty)
        .prop_map(|(value, transform, empty)| json!({"value": value, "transform": transform, "empty": empty}))
        .boxed()
}

fn table() -> BoxedStrategy<Value> {
    (path(), path(), rule(false), any::<bool>())
        .prop_map(|(list, key, mut column, keep)| {
            column["field"] = "c".into();
            json!({"rows": {"list": list, "key": {"field": "k", "path": key}, "keep_others": keep, "columns": [column]}})
        })
        .boxed()
}

fn mapping() -> BoxedStrategy<Value> {
    let source = select(&["customer", "subscription", "invoice", "subscription_item", "invoice_line"][..]);
    let departure = || {
        select(vec![
            json!("keep"),
            json!("clear"),
            json!("delete"),
            json!({"mark": {"field": "f0", "value": "x"}}),
        ])
    };
    let condition = option::of(select(vec![
        json!({"status": ["active", {"prefix": "a"}]}),
        json!({"amount": [{"numeric": [">", 0]}]}),
        json!({"metadata": {"name": [{"exists": false}]}}),
        json!({"$or": [{"id": ["cus_1"]}, {"name": [{"wildcard": "*a*"}]}]}),
    ]));
    (source, path(), vec(rule(true), 0..6), departure(), departure(), condition)
        .prop_map(|(source, key, mut rules, on_leave, on_delete, condition)| {
            for (at, rule) in rules.iter_mut().enumerate() {
                rule["field"] = format!("f{at}").into();
            }
            let mut target = json!({"source": source, "app": "a", "key": {"field": "ID", "path": key}, "fields": rules,
                "on_leave": on_leave, "on_delete": on_delete});
            if let Some(condition) = condition {
                target["condition"] = condition;
            }
            json!({"version": 1, "targets": {"t": target}})
        })
        .boxed()
}
