//! Forms of every writable type with their constraints, each field with a value for it.

use daicho_core::kintone::Record;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::values::{OPTIONS, value_for};

/// A form and a record for it.
#[derive(Clone)]
pub struct Case {
    pub precision: Value,
    /// A property and a value for each field.
    fields: Vec<(Value, Value)>,
    pub record: Value,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let form: Value = self.fields.iter().map(|(property, value)| json!([property, value])).collect();
        write!(f, "precision {}\n{form:#}", self.precision)
    }
}

/// Any form, with a record that mentions every field of it.
pub fn case() -> impl Strategy<Value = Case> {
    (vec(field(true), 1..5), precision()).prop_map(|(fields, precision)| {
        let record = fields.iter().enumerate().map(|(at, (_, value))| (code(at), json!({ "value": value })));
        let record = Value::Object(record.collect());
        Case { precision, fields, record }
    })
}

fn code(at: usize) -> String {
    format!("項目{at}")
}

impl Case {
    /// The form's properties.
    pub fn properties(&self) -> Value {
        let fields = self.fields.iter().enumerate();
        let mut properties: Map<String, Value> =
            fields.map(|(at, (property, _))| (code(at), property.clone())).collect();
        properties.insert("ID".to_owned(), json!({"type": "SINGLE_LINE_TEXT", "unique": true}));
        properties.insert("写し".to_owned(), json!({"type": "SINGLE_LINE_TEXT"}));
        properties.into()
    }

    /// The record as validation takes it.
    pub fn record(&self) -> Record {
        serde_json::from_value(self.record.clone()).expect("every field has a value")
    }

    /// The fields that hold a text which kintone keeps as it is, with that text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &Value)> {
        let kinds = ["SINGLE_LINE_TEXT", "LINK", "DROP_DOWN", "RADIO_BUTTON"];
        let is_text = move |at: usize| {
            let (property, value) = &self.fields[at];
            kinds.iter().any(|kind| property["type"] == *kind)
                && value.as_str().is_some_and(|text| !text.is_empty())
        };
        let record = self.record.as_object().into_iter().flatten().enumerate();
        record.filter(move |(at, _)| is_text(*at)).map(|(_, (code, field))| (code.as_str(), &field["value"]))
    }
}

fn precision() -> impl Strategy<Value = Value> {
    let modes = prop_oneof![Just("HALF_EVEN"), Just("UP"), Just("DOWN")];
    prop_oneof![
        Just(json!({})),
        (1u32..31, 0u32..11, modes).prop_map(|(digits, decimal_places, rounding)| {
            json!({"digits": digits, "decimal_places": decimal_places, "rounding": rounding})
        }),
    ]
}

/// A field's property with a value.
fn field(outside: bool) -> BoxedStrategy<(Value, Value)> {
    let plain = property(outside).prop_flat_map(|property| {
        let value = value_for(&property);
        (Just(property), value)
    });
    if outside { prop_oneof![6 => plain, 1 => table(), 1 => lookup()].boxed() } else { plain.boxed() }
}

/// A key field that fills another, and a key that is there or none.
fn lookup() -> impl Strategy<Value = (Value, Value)> {
    let property = json!({"type": "SINGLE_LINE_TEXT", "lookup": {
        "relatedApp": {"app": "1", "code": ""}, "relatedKeyField": "コード",
        "fieldMappings": [{"field": "写し", "relatedField": "名"}]}});
    prop_oneof![Just(json!("K-1")), Just(json!("")), Just(Value::Null)]
        .prop_map(move |key| (property.clone(), key))
}

/// A table: its columns, and rows that mention each of them.
fn table() -> impl Strategy<Value = (Value, Value)> {
    vec(property(false), 1..4).prop_flat_map(|columns| {
        let row: Vec<_> = columns.iter().map(value_for).collect();
        let property = json!({"type": "SUBTABLE", "fields": by_column(columns)});
        let rows = vec(row, 0..3).prop_map(|rows| {
            let cells =
                |row: Vec<Value>| by_column(row.into_iter().map(|value| json!({ "value": value })).collect());
            rows.into_iter().map(|row| json!({ "value": cells(row) })).collect::<Value>()
        });
        (Just(property), rows)
    })
}

fn by_column(values: Vec<Value>) -> Value {
    values.into_iter().enumerate().map(|(at, value)| (format!("列{at}"), value)).collect::<Map<_, _>>().into()
}

/// A property of any type but a table. Only fields outside of tables may prohibit duplicates.
fn property(outside: bool) -> impl Strategy<Value = Value> {
    let unique = if outside { any::<bool>().boxed() } else { Just(false).boxed() };
    let kind = prop_oneof![
        4 => (lengths(), Just(json!({"type": "SINGLE_LINE_TEXT"}))).prop_map(merged),
        3 => (lengths(), protocol()).prop_map(merged),
        4 => (limits(), Just(json!({"type": "NUMBER"}))).prop_map(merged),
        2 => one_of_types(&["DATE", "DATETIME", "TIME"]),
        1 => one_of_types(&["MULTI_LINE_TEXT", "RICH_TEXT"]),
        3 => (options(), one_of_types(&["DROP_DOWN", "RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT"])).prop_map(merged),
        1 => one_of_types(&["USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT"]),
    ];
    (kind, any::<bool>(), unique).prop_map(|(mut property, required, unique)| {
        let may_be_unique = ["SINGLE_LINE_TEXT", "NUMBER", "LINK", "DATE", "DATETIME"];
        if required {
            property["required"] = true.into();
        }
        if unique && may_be_unique.iter().any(|kind| property["type"] == *kind) {
            property["unique"] = true.into();
        }
        property
    })
}

fn merged((more, mut property): (Value, Value)) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        property[name.as_str()] = value.clone();
    }
    property
}

fn one_of_types(kinds: &'static [&'static str]) -> BoxedStrategy<Value> {
    proptest::sample::select(kinds).prop_map(|kind| json!({ "type": kind })).boxed()
}

fn protocol() -> impl Strategy<Value = Value> {
    proptest::sample::select(&["WEB", "MAIL", "CALL"][..])
        .prop_map(|protocol| json!({"type": "LINK", "protocol": protocol}))
}

fn lengths() -> impl Strategy<Value = Value> {
    (option::of(0u32..6), option::of(0u32..20)).prop_map(|(least, more)| {
        let mut lengths = json!({});
        if let Some(least) = least {
            lengths["minLength"] = least.to_string().into();
        }
        if let Some(more) = more {
            lengths["maxLength"] = (least.unwrap_or_default() + more + 1).to_string().into();
        }
        lengths
    })
}

fn limits() -> impl Strategy<Value = Value> {
    (option::of(-1000i64..1000), option::of(0i64..2000), 0usize..3).prop_map(|(least, more, places)| {
        let text = |number: i64| {
            if places == 0 { number.to_string() } else { format!("{number}.{}", "5".repeat(places)) }
        };
        let mut limits = json!({});
        if let Some(least) = least {
            limits["minValue"] = text(least).into();
        }
        if let Some(more) = more {
            limits["maxValue"] = text(least.unwrap_or_default() + more).into();
        }
        limits
    })
}

fn options() -> impl Strategy<Value = Value> {
    proptest::sample::subsequence(&OPTIONS[..], 1..OPTIONS.len()).prop_map(|names| {
        let option = |(at, name): (usize, &&str)| {
            ((*name).to_owned(), json!({"label": name, "index": at.to_string()}))
        };
        json!({"options": names.iter().enumerate().map(option).collect::<Map<_, _>>()})
    })
}
