//! A mapping with 100 fields, its form, and an object for it: every kind of rule, as a large app has them.

use serde_json::{Map, Value, json};

/// How many fields are mapped, the table's columns and the key apart.
pub const FIELDS: usize = 100;

/// What a projection takes.
pub struct Large {
    pub mapping: Value,
    pub form: Value,
    pub object: Value,
    pub context: Value,
}

/// One field: its property in the form, and its rule.
type Made = (Value, Value);

/// A subscription with 20 items, and an app with 100 fields of it.
pub fn large() -> Large {
    let mut rules = Vec::with_capacity(FIELDS);
    let mut properties = Map::new();
    properties
        .insert("ID".to_owned(), json!({"type": "SINGLE_LINE_TEXT", "unique": true, "maxLength": "64"}));
    for at in 0..FIELDS {
        let code = format!("項目{at}");
        let (mut property, mut rule) = made(at);
        property["label"] = json!(code);
        rule["field"] = json!(code);
        properties.insert(code, property);
        rules.push(rule);
    }
    let target = json!({"source": "subscription", "app": "a", "key": {"field": "ID"}, "fields": rules,
        "condition": {"status": [{"anything-but": "incomplete"}]}});
    Large {
        mapping: json!({"version": 1, "targets": {"t": target}}),
        form: json!({ "properties": properties }),
        object: object(),
        context: json!({"related": {"cus_1": customer(), "prod_1": {"id": "prod_1", "object": "product", "name": "基本プラン"}},
            "ledger": {"subscriptions": [object()], "invoices": [], "charges": []}, "now": 1_795_348_800}),
    }
}

fn made(at: usize) -> Made {
    let text = || json!({"type": "SINGLE_LINE_TEXT", "maxLength": "200"});
    let number = || json!({"type": "NUMBER", "maxValue": "99999999999"});
    match at % 20 {
        0 => (
            text(),
            json!({"value": {"path": "status"}, "transform": [{"map": {"values": {"active": "有効", "canceled": "解約"}}}]}),
        ),
        1 | 2 => (
            number(),
            json!({"value": {"path": "items.data[0].price.unit_amount"}, "transform": [{"amount": {}}]}),
        ),
        3 | 4 => {
            (json!({"type": "DATE"}), json!({"value": {"path": "start_date"}, "transform": [{"date": {}}]}))
        }
        5 => (
            json!({"type": "DATETIME"}),
            json!({"value": {"path": "created"}, "transform": [{"datetime": {}}]}),
        ),
        6 | 7 => (text(), json!({"value": {"template": "{{ customer.name | trim }} 様 ({{ id }})"}})),
        8 => (text(), json!({"value": {"path": "customer.phone"}, "transform": [{"phone": {}}]})),
        9 => (
            text(),
            json!({"value": {"path": "customer.address.postal_code"}, "transform": [{"width": {"to": "half"}}, {"postal_code": {}}]}),
        ),
        10 => (
            json!({"type": "CHECK_BOX", "options": {"a": {"index": "0"}, "b": {"index": "1"}}}),
            json!({"value": {"path": "metadata.tags"}, "transform": [{"split": {}}]}),
        ),
        11 => (text(), json!({"value": {"first": ["metadata.none", "customer.email", "id"]}})),
        12 => (
            text(),
            json!({"value": {"path": "items.data[*].price.product.name"}, "transform": [{"join": {"with": "、"}}, {"substring": {"length": 100}}]}),
        ),
        13 if at < 20 => (
            table(),
            json!({"value": {"rows": {"list": "items.data", "key": {"field": "行"}, "columns": [
            {"field": "数", "value": {"path": "quantity"}}, {"field": "単価", "value": {"path": "price.unit_amount"}, "transform": [{"amount": {"currency": "price.currency"}}]},
            {"field": "商品", "value": {"path": "price.product.name"}}]}}}),
        ),
        14 if at < 20 => {
            (number(), json!({"value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}}))
        }
        15 => (
            number(),
            json!({"value": {"path": "items.data[0].quantity"}, "transform": [{"multiply": {"number": "1.10"}}, {"round": {"mode": "down"}}]}),
        ),
        _ => (text(), json!({"value": {"path": "metadata[\"社内 No.\"]"}})),
    }
}

fn table() -> Value {
    json!({"type": "SUBTABLE", "fields": {"行": {"type": "SINGLE_LINE_TEXT"}, "数": {"type": "NUMBER"},
        "単価": {"type": "NUMBER"}, "商品": {"type": "SINGLE_LINE_TEXT"}}})
}

fn customer() -> Value {
    json!({"id": "cus_1", "object": "customer", "name": "株式会社　青葉", "email": "aoba@example.com",
        "phone": "+81312345678", "address": {"postal_code": "１０００００１", "city": "千代田区"}, "metadata": {}})
}

fn object() -> Value {
    let item = |at: u32| {
        json!({"id": format!("si_{at}"), "object": "subscription_item", "quantity": at + 1, "discounts": [],
            "current_period_end": 1_797_940_800,
            "price": {"id": "price_1", "object": "price", "currency": "jpy", "unit_amount": 1_100, "unit_amount_decimal": "1100",
                "billing_scheme": "per_unit", "nickname": "月額", "product": "prod_1",
                "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}}})
    };
    json!({"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "currency": "jpy",
        "created": 1_764_000_000, "start_date": 1_764_000_000, "discounts": [], "pause_collection": null,
        "cancel_at_period_end": false, "ended_at": null, "metadata": {"tags": "a,b", "社内 No.": "A-17"},
        "items": {"object": "list", "has_more": false, "data": (0..20).map(item).collect::<Vec<_>>()}})
}
