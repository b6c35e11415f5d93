//! Arrays in events: any value, the intersection, and array consistency.

use serde_json::json;

use crate::check;

#[test]
fn an_array_of_values_matches_by_any_of_them() {
    check(vec![
        (
            "the intersection",
            json!({"resources": ["a", "b"]}),
            vec![json!({"resources": ["x", "b"]}), json!({"resources": [["x"], ["y", ["a"]]]})],
            vec![json!({"resources": ["x"]}), json!({"resources": []})],
        ),
        (
            "an empty array is not null",
            json!({"r": [null]}),
            vec![json!({"r": [null]})],
            vec![json!({"r": []})],
        ),
        (
            "values beside objects",
            json!({"x": [1], "x.y": [2]}),
            vec![json!({"x": [1, {"y": 2}]})],
            vec![json!({"x": [[1], {"y": 2}]}), json!({"x": [1]})],
        ),
    ]);
}

#[test]
fn fields_of_different_elements_do_not_match_together() {
    let pattern = json!({"employees": {"firstName": ["Anna"], "lastName": ["Jones"]}});
    let people = |last: &str| json!([{"firstName": "John", "lastName": "Doe"}, {"firstName": "Anna", "lastName": last}, {"lastName": "Jones"}]);
    check(vec![
        (
            "Event Ruler, JSON array matching",
            pattern,
            vec![json!({"employees": people("Jones")}), json!({"employees": [[], people("Jones")]})],
            vec![
                json!({"employees": people("Smith")}),
                json!({"employees": [[{"firstName": "Anna"}], [{"lastName": "Jones"}]]}),
            ],
        ),
        (
            "tags within resources",
            json!({"u": {"n": ["r"], "t": {"k": ["color"], "v": ["blue"]}}}),
            vec![json!({"u": [{"n": "q"}, {"n": "r", "t": [{"k": "size"}, {"k": "color", "v": "blue"}]}]})],
            vec![
                json!({"u": [{"n": "r", "t": [{"k": "color"}, {"v": "blue"}]}]}),
                json!({"u": [{"n": "r"}, {"t": [{"k": "color", "v": "blue"}]}]}),
            ],
        ),
        (
            "arrays side by side are chosen from apart",
            json!({"a": {"x": [1]}, "b": {"x": [1]}}),
            vec![json!({"a": [{"x": 0}, {"x": 1}], "b": [{"x": 1}, {"x": 0}]})],
            vec![json!({"a": [{"x": 0}], "b": [{"x": 1}]})],
        ),
        (
            "each alternative of a $or for itself",
            json!({"d": {"k": ["a"], "$or": [{"v": [1]}, {"w": [1]}]}}),
            vec![json!({"d": [{"k": "b", "v": 1}, {"k": "a", "w": 1}]})],
            vec![json!({"d": [{"k": "b", "v": 1}, {"k": "a"}, {"w": 1}]})],
        ),
    ]);
}

#[test]
fn absence_is_asked_of_the_element_that_earlier_fields_chose() {
    check(vec![
        (
            "exists false after a field of the element",
            json!({"d": {"a": [1], "b": [{"exists": false}]}}),
            vec![json!({"d": [{"a": 1}, {"b": 2}]}), json!({"d": [{"a": 1, "b": 2}, {"a": 1}]})],
            vec![json!({"d": [{"a": 1, "b": 2}, {"a": 0}]})],
        ),
        (
            "exists false before it is asked of all elements",
            json!({"d": {"a": [{"exists": false}], "b": [2]}}),
            vec![json!({"d": [{"b": 2}, {"c": 1}]})],
            vec![json!({"d": [{"a": 1}, {"b": 2}]})],
        ),
        (
            "one value chooses from one of two arrays at one path",
            json!({"n": {"m": {"a": [1, {"exists": false}], "r": [{"exists": false}], "s": [{"exists": false}]}}}),
            vec![
                json!({"n": {"m": [{"a": 1}, {"s": 5}]}, "n.m": [{"a": 1}]}),
                json!({"n": {"m": [{"b": 1}]}, "n.m": [{"b": 1}]}),
            ],
            vec![json!({"n": {"m": [{"a": 1}, {"s": 5}]}, "n.m": [{"a": 1}, {"r": 5}]})],
        ),
        (
            "exists false alone",
            json!({"d": {"a": [{"exists": false}]}}),
            vec![json!({"d": [{"b": 2}]}), json!({"d": []})],
            vec![json!({"d": [{"a": 1}, {"b": 2}]})],
        ),
    ]);
}
