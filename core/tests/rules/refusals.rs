//! What AWS refuses, with its place and AWS's reason.

use daicho_core::rules::Pattern;
use serde_json::{Value, json};

fn refused(table: Vec<(Value, &str, &str)>) {
    for (pattern, path, message) in table {
        let error = Pattern::compile(&pattern).expect_err(&pattern.to_string());
        assert_eq!(error.path, path, "{pattern}");
        assert!(error.message.starts_with(message), "{pattern}: {}", error.message);
    }
}

#[test]
fn a_pattern_of_a_wrong_shape() {
    refused(vec![
        (json!(["not", "a", "dict"]), ".", "Filter is not an object"),
        (json!({}), ".", "Empty objects are not allowed"),
        (json!({"a": {}}), "a", "Empty objects are not allowed"),
        (json!({"a": {"b": []}}), "a.b", "Empty arrays are not allowed"),
        (json!({"int": 42}), "int", "\"int\" must be an object or an array"),
        (json!({"d": {"s": "v"}}), "d.s", "\"s\" must be an object or an array"),
        (json!({"a": [1, [2]]}), "a[1]", "Match value must be String, number, true, false, or null"),
        (json!({"a": [{}]}), "a[0]", "Match expression name not found"),
        (json!({"a": [{"EXISTS": true}]}), "a[0].EXISTS", "Unrecognized match type EXISTS"),
        (json!({"a": [{"prefix": "x", "suffix": "y"}]}), "a[0]", "Only one key allowed in match expression"),
    ]);
    let error = Pattern::parse(b"{'bad': 'quotation'}").unwrap_err();
    assert_eq!(error.path, ".");
    assert!(error.message.contains("line 1 column 2"), "{error}");
}

#[test]
fn an_operand_of_a_wrong_type() {
    let x = |test| json!({"x": [test]});
    refused(vec![
        (x(json!({"prefix": 1})), "x[0].prefix", "prefix match pattern must be a string"),
        (x(json!({"prefix": {}})), "x[0].prefix", "Prefix expression name not found"),
        (x(json!({"prefix": {"suffix": "a"}})), "x[0].prefix.suffix", "Unsupported prefix pattern: suffix"),
        (
            x(json!({"suffix": {"equals-ignore-case": 1}})),
            "x[0].suffix.equals-ignore-case",
            "equals-ignore-case match pattern must be a string",
        ),
        (x(json!({"suffix": [".png"]})), "x[0].suffix", "suffix match pattern must be a string"),
        (
            x(json!({"equals-ignore-case": ["a"]})),
            "x[0].equals-ignore-case",
            "equals-ignore-case match pattern must be a string",
        ),
        (x(json!({"wildcard": 123})), "x[0].wildcard", "wildcard match pattern must be a string"),
        (x(json!({"wildcard": "a**"})), "x[0].wildcard", "Consecutive wildcard characters at pos 2"),
        (x(json!({"wildcard": r"\a"})), "x[0].wildcard", "Invalid escape character at pos 1"),
        (x(json!({"exists": "true"})), "x[0].exists", "exists match pattern must be either true or false."),
        (x(json!({"cidr": ["10.0.0.0/8"]})), "x[0].cidr", "cidr match pattern must be a string"),
        (x(json!({"cidr": "10.0.0.0"})), "x[0].cidr", "Malformed CIDR, one '/' required"),
        (x(json!({"cidr": "xx.11.xx/8"})), "x[0].cidr", "Nonstandard IP address: xx.11.xx"),
    ]);
}

#[test]
fn an_anything_but_of_a_wrong_operand() {
    const OPERAND: &str = "Value of anything-but must be an array or single string/number value.";
    let but = |operand| json!({"x": [{"anything-but": operand}]});
    refused(vec![
        (but(json!(null)), "x[0].anything-but", OPERAND),
        (but(json!(true)), "x[0].anything-but", OPERAND),
        (but(json!({"prefix": {"equals-ignore-case": "a"}})), "x[0].anything-but.prefix", OPERAND),
        (
            but(json!(["stopped", null])),
            "x[0].anything-but[1]",
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        (
            but(json!(["a", 1])),
            "x[0].anything-but",
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        (
            but(json!([])),
            "x[0].anything-but",
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        (but(json!({})), "x[0].anything-but", "Anything-But expression name not found"),
        (
            but(json!({"numeric": ["=", 1]})),
            "x[0].anything-but.numeric",
            "Unsupported anything-but pattern: numeric",
        ),
        (but(json!({"prefix": ""})), "x[0].anything-but.prefix", "Null prefix/suffix not allowed"),
        (but(json!({"suffix": ["a", ""]})), "x[0].anything-but.suffix[1]", "Null prefix/suffix not allowed"),
        (
            but(json!({"prefix": [123, "test"]})),
            "x[0].anything-but.prefix[0]",
            "prefix/suffix match pattern must be a string",
        ),
        (
            but(json!({"suffix": 123})),
            "x[0].anything-but.suffix",
            "prefix/suffix match pattern must be a string",
        ),
        (
            but(json!({"equals-ignore-case": 123})),
            "x[0].anything-but.equals-ignore-case",
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        ),
        (
            but(json!({"wildcard": [123, "*/dir/*"]})),
            "x[0].anything-but.wildcard[0]",
            "wildcard match pattern must be a string",
        ),
        (
            but(json!({"prefix": "a", "suffix": "b"})),
            "x[0].anything-but",
            "Only one key allowed in match expression",
        ),
    ]);
}

#[test]
fn a_numeric_of_wrong_terms() {
    let cases = [
        (json!(10), "Value of numeric must be an array."),
        (json!([]), "Invalid member in numeric match"),
        (json!([1]), "Invalid member in numeric match: 1"),
        (json!(["~", 1]), "Unrecognized numeric range operator: ~"),
        (json!(["="]), "Value of equals must be numeric"),
        (json!(["=", "1"]), "Value of equals must be numeric"),
        (json!([">", 0, "<"]), "Value of < must be numeric"),
        (json!([">", 0, ">", 0]), "Bad numeric range operator: >"),
        (json!([">", 0, 5]), "Bad value in numeric range: 5"),
        (json!(["<", 5, ">", 0]), "Too many elements in numeric expression"),
        (json!(["=", 5, "<", 9]), "Too many elements in numeric expression"),
        (json!([">", 0, "<", 5, "<", 6]), "Too many terms in numeric range expression"),
        (json!([">", 5, "<", 5]), "Bottom must be less than top"),
        (json!([">=", 6, "<=", 5]), "Bottom must be less than top"),
        (json!(["<", 5.0e9 + 1.0]), "Value must be between -5.0E9 and 5.0E9, inclusive"),
        (json!([">", 0, "<", 6.0e9]), "Value must be between -5.0E9 and 5.0E9, inclusive"),
        (json!([">", -6.0e9]), "Value must be between -5.0E9 and 5.0E9, inclusive"),
    ];
    let cases = cases.map(|(terms, message)| (json!({"x": [{"numeric": terms}]}), "x[0].numeric", message));
    refused(cases.into());
}

#[test]
fn an_or_that_is_none() {
    refused(vec![
        (
            json!({"$or": [{"metricName": ["CPUUtilization"]}]}),
            "$or",
            "There must have at least 2 Objects in $or relationship.",
        ),
        (
            json!({"detail": {"$or": [{"a": [1]}, {"b": [1]}, [{"c": [1]}]]}}),
            "detail.$or[2]",
            "Only JSON object is allowed in array of $or relationship.",
        ),
        (json!({"$or": "x"}), "$or", "It must be an Array followed with $or."),
        (
            json!({"$or": [{"prefix": [1]}, {"b": [1]}]}),
            "$or[0].prefix",
            "prefix is Ruler reserved fieldName which cannot be used inside $or.",
        ),
        (json!({"$or": [{"a": [1]}, {}]}), "$or[1]", "Empty objects are not allowed"),
    ]);
}
