//! A matcher that is slow and obvious: it interprets the pattern's JSON, writes the event out as a flat
//! list of values with the array elements that each stands in, and tries value after value, field
//! after field in the order of their paths, as Event Ruler describes its matching.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Which element of which array; arrays are numbered as they come.
type Elements = BTreeMap<usize, usize>;

struct Flat {
    path: String,
    value: Value,
    elements: Elements,
}

/// Whether the pattern, which must be valid, matches.
pub fn matches(pattern: &Value, event: &Value) -> bool {
    let mut values = Vec::new();
    flatten(event, "", &Elements::new(), &mut 0, &mut values);
    let alternatives = alternatives(vec![BTreeMap::new()], "", pattern.as_object().unwrap());
    alternatives.iter().any(|fields| {
        let fields: Vec<(&String, &Vec<Value>)> = fields.iter().collect();
        some_choice(&fields, &Elements::new(), &values)
    })
}

/// The paths of an event, each with a value that stands there.
pub fn paths(event: &Value) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    flatten(event, "", &Elements::new(), &mut 0, &mut values);
    values.into_iter().map(|flat| (flat.path, flat.value)).collect()
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn flatten(value: &Value, path: &str, elements: &Elements, arrays: &mut usize, flat: &mut Vec<Flat>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(value, &join(path, name), elements, arrays, flat);
            }
        }
        Value::Array(values) => {
            let array = *arrays;
            *arrays += 1;
            for (index, value) in values.iter().enumerate() {
                let mut elements = elements.clone();
                if value.is_object() || value.is_array() {
                    elements.insert(array, index);
                }
                flatten(value, path, &elements, arrays, flat);
            }
        }
        leaf => flat.push(Flat { path: path.to_owned(), value: leaf.clone(), elements: elements.clone() }),
    }
}

type Fields = BTreeMap<String, Vec<Value>>;

fn alternatives(mut so_far: Vec<Fields>, path: &str, pattern: &Map<String, Value>) -> Vec<Fields> {
    for (name, value) in pattern {
        match value {
            Value::Array(branches) if name == "$or" => {
                let continued = branches
                    .iter()
                    .map(|branch| alternatives(so_far.clone(), path, branch.as_object().unwrap()));
                so_far = continued.collect::<Vec<_>>().concat();
            }
            Value::Array(tests) => {
                for fields in &mut so_far {
                    fields.insert(join(path, name), tests.clone());
                }
            }
            inner => so_far = alternatives(so_far, &join(path, name), inner.as_object().unwrap()),
        }
    }
    so_far
}

fn some_choice(fields: &[(&String, &Vec<Value>)], chosen: &Elements, values: &[Flat]) -> bool {
    let Some(((path, tests), rest)) = fields.split_first() else { return true };
    let agrees = |flat: &&Flat| {
        flat.path == **path
            && flat
                .elements
                .iter()
                .all(|(array, index)| chosen.get(array).is_none_or(|chosen| chosen == index))
    };
    let candidates: Vec<&Flat> = values.iter().filter(agrees).collect();
    if candidates.is_empty() && tests.iter().any(|test| test["exists"] == Value::Bool(false)) {
        return some_choice(rest, chosen, values);
    }
    candidates.iter().any(|flat| {
        let mut chosen = chosen.clone();
        chosen.extend(&flat.elements);
        tests.iter().any(|test| passes(test, &flat.value)) && some_choice(rest, &chosen, values)
    })
}

fn passes(test: &Value, value: &Value) -> bool {
    let Value::Object(expression) = test else { return equal(test, value) };
    let (operator, operand) = expression.iter().next().unwrap();
    match operator.as_str() {
        "exists" => operand == &Value::Bool(true),
        "numeric" => value.as_f64().is_some_and(|number| in_range(operand.as_array().unwrap(), number)),
        "anything-but" => match operand {
            Value::Object(nested) => {
                let (operator, operands) = nested.iter().next().unwrap();
                !list(operands).iter().any(|operand| text_passes(operator, operand, value))
            }
            operands => !list(operands).iter().any(|operand| equal(operand, value)),
        },
        operator => text_passes(operator, operand, value),
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

fn in_range(terms: &[Value], number: f64) -> bool {
    terms.chunks(2).all(|pair| {
        let bound = pair[1].as_f64().unwrap();
        match pair[0].as_str().unwrap() {
            "=" => number == bound,
            "<" => number < bound,
            "<=" => number <= bound,
            ">" => number > bound,
            _ => number >= bound,
        }
    })
}

fn text_passes(operator: &str, operand: &Value, value: &Value) -> bool {
    let Value::String(text) = value else { return false };
    if let Value::Object(ignoring_case) = operand {
        let operand = ignoring_case["equals-ignore-case"].as_str().unwrap().to_lowercase();
        return text_passes(operator, &operand.into(), &text.to_lowercase().into());
    }
    let operand = operand.as_str().unwrap();
    match operator {
        "prefix" => text.starts_with(operand),
        "suffix" => text.ends_with(operand),
        "equals-ignore-case" => text.to_lowercase() == operand.to_lowercase(),
        "wildcard" => fits(&operand.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>()),
        _ => in_block(operand, text),
    }
}

fn fits(wildcard: &[char], text: &[char]) -> bool {
    match (wildcard, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=text.len()).any(|skip| fits(rest, &text[skip..])),
        (['\\', letter, wildcard @ ..], [first, text @ ..])
        | ([letter, wildcard @ ..], [first, text @ ..]) => letter == first && fits(wildcard, text),
        _ => false,
    }
}

/// IPv4 only, which is what the generated events hold.
fn in_block(block: &str, text: &str) -> bool {
    let number = |text: &str| {
        let parts: Vec<u64> = text.split('.').map_while(|part| part.parse().ok()).collect();
        (parts.len() == 4).then(|| parts.iter().fold(0, |number, part| number * 256 + part))
    };
    let (first, bits) = block.split_once('/').unwrap();
    let size = 1_u64 << (32 - bits.parse::<u32>().unwrap());
    number(text).is_some_and(|address| address / size == number(first).unwrap() / size)
}
