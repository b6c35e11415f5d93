//! The compiled matcher and the slow one agree on generated patterns and events. Both are made of few
//! names and values, so that they meet often.

use daicho_core::rules::{Event, Pattern};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::reference;

fn name() -> BoxedStrategy<String> {
    select(vec!["a", "a", "b", "b", "c", "a.b"]).prop_map(str::to_owned).boxed()
}

fn text() -> BoxedStrategy<String> {
    select(vec!["", "x", "X", "xy", "yX", "x*y", "10.0.0.1", "10.0.1.1"]).prop_map(str::to_owned).boxed()
}

fn leaf() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::from),
        3 => select(vec![json!(0), json!(1), json!(1.0), json!(2.5), json!(-3)]),
        1 => select(vec![json!(null), json!(true), json!(false)]),
    ];
    leaf.boxed()
}

fn object(value: impl Strategy<Value = Value> + 'static, least: usize) -> BoxedStrategy<Value> {
    let fields = prop::collection::vec((name(), value), least..4);
    fields.prop_map(|fields| Value::Object(fields.into_iter().collect())).boxed()
}

fn event() -> BoxedStrategy<Value> {
    let value = leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            2 => prop::collection::vec(object(inner.clone(), 0), 0..4).prop_map(Value::Array),
            2 => object(inner, 0),
        ]
    });
    object(value, 1)
}

fn one_or_more(value: impl Strategy<Value = Value> + Clone + 'static) -> BoxedStrategy<Value> {
    prop_oneof![value.clone(), prop::collection::vec(value, 1..3).prop_map(Value::Array)].boxed()
}

fn test() -> BoxedStrategy<Value> {
    let some = || text().prop_filter("not empty", |text| !text.is_empty()).prop_map(Value::from).boxed();
    let wildcard =
        || select(vec!["*", "x*", "*y", "*x*", r"x\*y", "*.0.*", ""]).prop_map(Value::from).boxed();
    let numeric = select(vec![
        json!(["=", 1]),
        json!(["<", 1]),
        json!(["<=", 1.0]),
        json!([">", 0]),
        json!([">=", 2.5]),
        json!([">", 0, "<=", 2.5]),
        json!([">=", -3, "<", 1]),
    ]);
    let texts = prop_oneof![
        one_or_more(some()).prop_map(|texts| json!({"prefix": texts})),
        one_or_more(some()).prop_map(|texts| json!({"suffix": texts})),
        one_or_more(some()).prop_map(|texts| json!({"equals-ignore-case": texts})),
        one_or_more(wildcard()).prop_map(|texts| json!({"wildcard": texts})),
        one_or_more(some()),
        one_or_more(select(vec![json!(0), json!(1.0), json!(2.5)])),
    ];
    let test = prop_oneof![
        4 => leaf(),
        2 => any::<bool>().prop_map(|exists| json!({"exists": exists})),
        1 => text().prop_map(|text| json!({"prefix": text})),
        1 => text().prop_map(|text| json!({"prefix": {"equals-ignore-case": text}})),
        1 => text().prop_map(|text| json!({"suffix": text})),
        1 => text().prop_map(|text| json!({"suffix": {"equals-ignore-case": text}})),
        1 => text().prop_map(|text| json!({"equals-ignore-case": text})),
        1 => wildcard().prop_map(|text| json!({"wildcard": text})),
        1 => numeric.prop_map(|terms| json!({"numeric": terms})),
        1 => select(vec!["10.0.0.0/24", "10.0.0.0/8"]).prop_map(|block| json!({"cidr": block})),
        3 => texts.prop_map(|operand| json!({"anything-but": operand})),
    ];
    test.boxed()
}

fn pattern() -> BoxedStrategy<Value> {
    let tests = prop::collection::vec(test(), 1..4).prop_map(Value::Array);
    let fields = object(tests, 1);
    let pattern = fields.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            2 => object(inner.clone(), 1),
            1 => (inner.clone(), inner.clone()).prop_map(|(mut one, other)| {
                for (name, value) in other.as_object().unwrap() {
                    one[name] = value.clone();
                }
                one
            }),
            1 => (prop::collection::vec(inner.clone(), 2..4), inner, any::<bool>()).prop_map(|(branches, beside, first)| {
                let mut pattern = if first { json!({"$or": branches}) } else { beside.clone() };
                for (name, value) in beside.as_object().unwrap() {
                    pattern[name] = value.clone();
                }
                pattern["$or"] = branches.into();
                pattern
            }),
        ]
    });
    pattern.boxed()
}

/// An event, and a pattern over paths that the event has, mostly with a value that stands there.
fn aimed() -> BoxedStrategy<(Value, Value)> {
    let aimed = event().prop_flat_map(|event| {
        let found = reference::paths(&event);
        let most = found.len().min(4);
        let fields = subsequence(found, most.min(1)..=most).prop_flat_map(|found| {
            let fields = found.into_iter().map(|(path, value)| {
                let tests = prop::collection::vec(prop_oneof![test(), Just(value)], 1..4);
                (Just(path), tests, any::<bool>())
            });
            fields.collect::<Vec<_>>()
        });
        (fields, proptest::option::weighted(0.3, pattern()), Just(event))
    });
    let put_together = aimed.prop_map(|(fields, other, event)| {
        let (mut pattern, mut last) = (json!({}), None);
        for (path, tests, nested) in fields {
            let mut field = json!({});
            put(&mut field, &path, tests.clone().into(), nested);
            last = Some(field);
            put(&mut pattern, &path, tests.into(), nested);
        }
        match (other, last) {
            (Some(other), Some(field)) => pattern["$or"] = json!([other, field]),
            (Some(other), None) => pattern = other,
            (None, None) => pattern = json!({"c": [{"exists": false}]}),
            (None, Some(_)) => {}
        }
        (pattern, event)
    });
    put_together.boxed()
}

/// Writes a field with nested or with dotted names; nested only where no array is in the way.
fn put(pattern: &mut Value, path: &str, tests: Value, nested: bool) {
    let Some((name, rest)) = path.split_once('.').filter(|(name, _)| nested && !pattern[*name].is_array())
    else {
        pattern[path] = tests;
        return;
    };
    if pattern[name].is_null() {
        pattern[name] = json!({});
    }
    put(&mut pattern[name], rest, tests, nested);
}

fn either() -> BoxedStrategy<(Value, Value)> {
    prop_oneof![1 => (pattern(), event()), 3 => aimed()].boxed()
}

proptest! {
    #![proptest_config(Config { cases: 2000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn both_matchers_agree((pattern, event) in either()) {
        let compiled = Pattern::compile(&pattern).unwrap();
        prop_assert_eq!(compiled.matches(&Event::new(&event).unwrap()), reference::matches(&pattern, &event));
    }

    #[test]
    fn the_text_of_a_pattern_compiles_as_its_value(pattern in pattern()) {
        let text = serde_json::to_vec(&pattern).unwrap();
        prop_assert_eq!(Pattern::parse(&text), Pattern::compile(&pattern));
    }

    #[test]
    fn no_input_makes_a_panic(pattern in junk(), event in event()) {
        if let Ok(pattern) = Pattern::compile(&pattern) {
            let _ = pattern.matches(&Event::new(&event).unwrap());
        }
    }

    #[test]
    fn no_bytes_make_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        drop(Pattern::parse(&bytes));
        drop(Event::parse(&bytes));
    }
}

/// Patterns with anything anywhere.
fn junk() -> BoxedStrategy<Value> {
    let words = vec![
        "$or",
        "prefix",
        "suffix",
        "equals-ignore-case",
        "wildcard",
        "anything-but",
        "numeric",
        "cidr",
        "exists",
        "a",
        "exactly",
        "",
        ".",
    ];
    let leaf = prop_oneof![
        leaf(),
        select(vec![
            json!("="),
            json!("<"),
            json!(">="),
            json!("**"),
            json!("\\"),
            json!("1/2"),
            json!(1e300)
        ]),
    ];
    let junk = leaf.prop_recursive(5, 32, 4, move |inner| {
        let names = subsequence(words.clone(), 0..3);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            (names, prop::collection::vec(inner, 3)).prop_map(|(names, values)| {
                Value::Object(names.into_iter().map(str::to_owned).zip(values).collect())
            }),
        ]
    });
    junk.boxed()
}

/// The property above says something only if both answers are common.
#[test]
fn matches_are_common() {
    let mut runner = TestRunner::deterministic();
    let (either, mut matched) = (either(), 0);
    for _ in 0..2000 {
        let (pattern, event) = either.new_tree(&mut runner).unwrap().current();
        matched += u32::from(reference::matches(&pattern, &event));
    }
    assert!((400..=1600).contains(&matched), "{matched} of 2000 match");
}
