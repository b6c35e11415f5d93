//! Hostile patterns and events are refused or answered, soon.

use daicho_core::rules::{Event, Pattern};
use serde_json::{Value, json};

use crate::matches;

fn or(branches: usize) -> Value {
    (0..branches).map(|index| json!({format!("f{index}"): [index]})).collect()
}

#[test]
fn a_thousand_combinations_are_taken_and_one_more_is_refused() {
    let pattern = |last: usize| json!({"$or": or(10), "d": {"$or": or(10)}, "e": {"$or": or(last)}});
    assert!(matches(&pattern(10), &json!({"f9": 9, "d": {"f0": 0}, "e": {"f5": 5}})));
    let error = Pattern::compile(&pattern(11)).unwrap_err();
    assert!(error.message.contains("more than 1000 rule combinations"), "{error}");
}

#[test]
fn exponential_alternatives_are_refused() {
    let mut pattern = serde_json::Map::new();
    for index in 0..200 {
        pattern.insert(format!("g{index}"), json!({"$or": or(3)}));
    }
    assert!(Pattern::compile(&Value::Object(pattern)).is_err());
    let nested = (0..12).fold(json!({"a": [1]}), |inner, _| json!({"$or": [inner, inner]}));
    assert!(Pattern::compile(&nested).unwrap_err().message.contains("combinations"));
}

#[test]
fn deep_nesting_is_refused_not_overflown() {
    let deep = |levels: usize| {
        (0..levels)
            .fold(json!([1]), |inner, _| Value::Object(serde_json::Map::from_iter([("a".to_owned(), inner)])))
    };
    assert!(Pattern::compile(&deep(100)).is_ok());
    assert!(Pattern::compile(&deep(101)).unwrap_err().message.contains("nested deeper than 100"));
    assert!(Pattern::compile(&deep(2000)).is_err());
    assert!(Pattern::parse("{\"a\":".repeat(100_000).as_bytes()).is_err());
    assert!(
        Pattern::compile(&json!({"a.".repeat(101): [1]}))
            .unwrap_err()
            .message
            .contains("more than 100 names")
    );
    assert!(Event::parse("[".repeat(100_000).as_bytes()).is_err());
    let event = deep(100);
    assert!(matches(&deep(100), &event));
}

#[test]
fn large_arrays_are_matched_in_time() {
    let elements =
        |count: usize| -> Value { (0..count).map(|index| json!({"a": index, "b": index + 1})).collect() };
    let event = json!({"x": elements(20_000), "y": elements(20_000)});
    let pattern = json!({"x": {"a": [19_999], "b": [20_000]}, "y": {"a": [19_999], "b": [20_000]}});
    assert!(matches(&pattern, &event));
    let pattern = json!({"x": {"a": [{"exists": true}], "b": [0]}, "y": {"a": [{"exists": true}], "b": [0]}});
    assert!(!matches(&pattern, &event));
}

#[test]
fn names_made_to_confuse_end() {
    // Every want has two places, in each of which another element fits.
    let wants: serde_json::Map<String, Value> =
        (0..40).map(|index| (format!("f{index}"), json!([1]))).collect();
    let element = |from: usize| -> Value {
        Value::Object(
            (0..40).map(|index| (format!("f{index}"), json!(i32::from(index % 2 == from)))).collect(),
        )
    };
    let event = json!({"a": {"b": [element(0), element(0)]}, "a.b": [element(2)]});
    assert!(!matches(&json!({"a": {"b": wants}}), &event));
}
