//! Values for a field: mostly what could be meant for it, some just beside it, some of another shape.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::{Value, json};

/// Options of choices; a form has some of them, a record may name any.
pub const OPTIONS: [&str; 5] = ["有効", "解約", "a", "b c", "1"];

/// A value for a field with this property.
pub fn value_for(property: &Value) -> BoxedStrategy<Value> {
    let kind = property["type"].as_str().unwrap_or_default();
    let meant = match kind {
        "NUMBER" => texts(numbers()),
        "DATE" => texts(dates()),
        "DATETIME" => texts(moments()),
        "TIME" => {
            texts(either(pattern("[0-2]?[0-9]:[0-6][0-9]"), pattern("[0-2][0-9]:[0-5][0-9]:[0-5][0-9]")))
        }
        "LINK" => texts(links(property["protocol"].as_str().unwrap_or_default())),
        "DROP_DOWN" | "RADIO_BUTTON" => texts(select(&OPTIONS[..]).prop_map(str::to_owned)),
        "CHECK_BOX" | "MULTI_SELECT" => {
            vec(select(&OPTIONS[..]), 0..4).prop_map(|names| json!(names)).boxed()
        }
        "USER_SELECT" => people(&["sato", "tanaka"]),
        "ORGANIZATION_SELECT" => people(&["sales", "support"]),
        "GROUP_SELECT" => people(&["everyone", "managers"]),
        "MULTI_LINE_TEXT" | "RICH_TEXT" => texts(pattern("[a-zあ-ん \r\n𠮷]{0,40}")),
        _ => texts(
            prop_oneof![4 => pattern("[ -~あ-ん]{0,24}"), 2 => pattern("[a-z\n𠮷]{0,6}"), 1 => pattern("あ{60,70}")],
        ),
    };
    let empty = select(vec![json!(""), json!([]), Value::Null]);
    let other = prop_oneof![
        texts(pattern("[ -~あ-ん]{0,8}")),
        vec(pattern("[a-z]{0,3}"), 1..3).prop_map(|texts| json!(texts)),
        Just(json!({"value": "x"})),
        Just(json!([{"code": 1}])),
    ];
    prop_oneof![12 => meant, 2 => empty_of(kind, empty), 1 => other].boxed()
}

/// Empty in the field's own shape, or null.
fn empty_of(kind: &str, empty: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    let is_list = matches!(
        kind,
        "CHECK_BOX" | "MULTI_SELECT" | "USER_SELECT" | "ORGANIZATION_SELECT" | "GROUP_SELECT" | "SUBTABLE"
    );
    empty
        .prop_map(move |empty| match (&empty, is_list) {
            (Value::String(_), true) => json!([]),
            (Value::Array(_), false) => json!(""),
            _ => empty,
        })
        .boxed()
}

fn texts(strategy: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Value> {
    strategy.prop_map(Value::String).boxed()
}

fn pattern(regex: &str) -> BoxedStrategy<String> {
    string_regex(regex).expect("a regular expression").boxed()
}

fn either(one: BoxedStrategy<String>, other: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![one, other].boxed()
}

fn one_of(samples: &'static [&'static str]) -> BoxedStrategy<String> {
    select(samples).prop_map(str::to_owned).boxed()
}

fn people(codes: &'static [&'static str]) -> BoxedStrategy<Value> {
    vec(select(codes), 0..3)
        .prop_map(|codes| codes.iter().map(|code| json!({ "code": code })).collect::<Value>())
        .boxed()
}

fn numbers() -> BoxedStrategy<String> {
    prop_oneof![
        4 => pattern("-?[0-9]{1,4}(\\.[0-9]{0,3})?"),
        3 => pattern("[-+]?[0-9]{0,20}(\\.[0-9]{0,12})?([eE][-+]?[0-9]{1,2})?"),
        2 => pattern("-?9{8,14}\\.9{3,12}"),
        1 => one_of(&["1,000", "１２", " 1", "1 ", "+.5", "5.", "-0", "-0.00000000001", ".", "--1", "1e", "abc", "1e+2"]),
    ]
    .boxed()
}

fn dates() -> BoxedStrategy<String> {
    prop_oneof![
        3 => pattern("[12][0-9]{3}-[01][0-9]-[0-3][0-9]"),
        2 => pattern("[0-9]{3,5}(-[0-9]{1,2}){0,3}"),
        1 => one_of(&["2026-", "2026-02-29", "2024-02-29", "2026/01/02", "20260102", "0999-12-31", "9999-12-31", "2026-00-01"]),
    ]
    .boxed()
}

fn moments() -> BoxedStrategy<String> {
    prop_oneof![
        3 => pattern("20[0-9]{2}-[01][0-9]-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](Z|[+-][01][0-9]:[0-5][0-9])"),
        2 => pattern("20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}[Tt ][0-2][0-9]:[0-5][0-9](:[0-6][0-9](\\.[0-9]{0,3})?)?([Zz]|[+-][0-2][0-9]:?[0-5][0-9])?"),
        1 => dates(),
        1 => one_of(&[
            "9999-12-31T23:59:00-09:00", "1000-01-01T00:00:00+09:00", "2026-12-31T23:59:60Z", "1764000000", "2026-01-02T24:00:00Z",
            "2026-01-02T03:04:00-00:00",
        ]),
    ]
    .boxed()
}

fn links(protocol: &str) -> BoxedStrategy<String> {
    let meant = match protocol {
        "WEB" => either(
            pattern("(https?|HTTPS|ftp|gopher)://[a-zあ.]{0,8}(/[a-z ]{0,3})?"),
            one_of(&["example.com", "://x", "https:/x"]),
        ),
        "MAIL" => either(
            pattern("[a-zあ.@ ]{0,5}@[a-z.]{0,12}"),
            one_of(&["a@example.com", "a@b", "a b@example.com", "@example.com"]),
        ),
        _ => either(pattern("[-+0-9() ]{0,14}"), one_of(&["０３", "03−1234", "ext", "#9", "03-1234-5678"])),
    };
    prop_oneof![9 => meant, 1 => pattern("a{60,70}")].boxed()
}
