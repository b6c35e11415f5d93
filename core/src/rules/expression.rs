//! Reading the members of a field's array: values, and match expressions such as `{"prefix": "a"}`.
//! The words of a refusal are those of AWS; what AWS leaves open (what would be allowed) is added.

use crate::json::{Map, Value};

use super::address;
use super::compile::Place;
use super::event::{Leaf, Number};
use super::pattern::Compiled;
use super::test::{Bound, Range, Test, TextTest};
use super::wildcard::Wildcard;
use crate::json_text;

const OPERATORS: &str =
    "prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr and exists are known";

/// The bounds of a `numeric` (EventBridge user guide, "Numeric matching").
const LARGEST: f64 = 5.0e9;

/// A member of a field's array.
pub(super) enum Member {
    Test(Test),
    /// `{"exists": false}`
    Absent,
}

pub(super) fn member(value: &Value, place: &mut Place) -> Compiled<Member> {
    match value {
        Value::Object(expression) => match_expression(expression, place),
        Value::Array(_) => Err(place.refuse(&["Match value must be String, number, true, false, or null"])),
        value => Ok(Member::Test(Test::Equals(leaf(value)))),
    }
}

fn leaf(value: &Value) -> Leaf {
    match value {
        Value::Bool(bool) => Leaf::Bool(*bool),
        Value::Number(number) => Leaf::Number(Number::of(number)),
        Value::String(text) => Leaf::Text(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => Leaf::Null,
    }
}

fn match_expression(expression: &Map<String, Value>, place: &mut Place) -> Compiled<Member> {
    let Some((operator, operand)) = expression.iter().next() else {
        return Err(place.refuse(&["Match expression name not found; ", OPERATORS]));
    };
    let member = place.within(operator, |place| {
        let test = match operator.as_str() {
            "exists" => match operand {
                Value::Bool(true) => Test::Exists,
                Value::Bool(false) => return Ok(Member::Absent),
                _ => return Err(place.refuse(&["exists match pattern must be either true or false."])),
            },
            "exactly" => Test::Equals(Leaf::Text(text(operand, "exact", place)?)),
            "prefix" | "suffix" => Test::Text(affix(operator, operand, place)?),
            "equals-ignore-case" => Test::Text(TextTest::EqualsIgnoreCase(text(operand, operator, place)?)),
            "wildcard" => Test::Text(wildcard(operand, place)?),
            "numeric" => Test::Numeric(numeric(operand, place)?),
            "anything-but" => anything_but(operand, place)?,
            "cidr" => {
                let block = text(operand, operator, place)?;
                Test::Cidr(address::Block::read(&block).map_err(|reason| place.refuse(&[&reason]))?)
            }
            _ => return Err(place.refuse(&["Unrecognized match type ", operator, "; ", OPERATORS])),
        };
        Ok(Member::Test(test))
    })?;
    only_key(expression, place)?;
    Ok(member)
}

fn only_key(expression: &Map<String, Value>, place: &Place) -> Compiled<()> {
    if expression.len() > 1 {
        return Err(place.refuse(&["Only one key allowed in match expression"]));
    }
    Ok(())
}

fn text(operand: &Value, operator: &str, place: &Place) -> Compiled<String> {
    let text = operand.as_str().map(str::to_owned);
    text.ok_or_else(|| place.refuse(&[operator, " match pattern must be a string"]))
}

fn wildcard(operand: &Value, place: &Place) -> Compiled<TextTest> {
    let wildcard = Wildcard::read(&text(operand, "wildcard", place)?);
    wildcard.map(TextTest::Wildcard).map_err(|reason| place.refuse(&[&reason]))
}

/// A prefix or suffix: a text, or `{"equals-ignore-case": text}`.
fn affix(operator: &str, operand: &Value, place: &mut Place) -> Compiled<TextTest> {
    let is_prefix = operator == "prefix";
    let Value::Object(nested) = operand else {
        let text = text(operand, operator, place)?;
        return Ok(if is_prefix { TextTest::Prefix(text) } else { TextTest::Suffix(text) });
    };
    let name = if is_prefix { "Prefix" } else { "Suffix" };
    let Some((inner, operand)) = nested.iter().next() else {
        return Err(place.refuse(&[name, " expression name not found; equals-ignore-case is known"]));
    };
    let text = place.within(inner, |place| {
        if inner != "equals-ignore-case" {
            return Err(place.refuse(&[
                "Unsupported ",
                operator,
                " pattern: ",
                inner,
                "; equals-ignore-case is known",
            ]));
        }
        text(operand, inner, place)
    })?;
    only_key(nested, place)?;
    Ok(if is_prefix { TextTest::PrefixIgnoreCase(text) } else { TextTest::SuffixIgnoreCase(text) })
}

fn anything_but(operand: &Value, place: &mut Place) -> Compiled<Test> {
    match operand {
        Value::String(_) | Value::Number(_) => Ok(Test::AnythingBut(vec![leaf(operand)])),
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                if !value.is_string() && !value.is_number() {
                    let reason = "Inside anything but list, start|null|boolean is not supported.";
                    return place.at(index, |place| Err(place.refuse(&[reason])));
                }
            }
            if values.is_empty() || values.iter().any(|value| value.is_string() != values[0].is_string()) {
                return Err(place.refuse(&["Inside anything but list, either all values are number or string, mixed type is not supported"]));
            }
            Ok(Test::AnythingBut(values.iter().map(leaf).collect()))
        }
        Value::Object(nested) => anything_but_text(nested, place),
        Value::Null | Value::Bool(_) => Err(place.refuse(&[ANYTHING_BUT_OPERAND])),
    }
}

const ANYTHING_BUT_OPERAND: &str = "Value of anything-but must be an array or single string/number value.";

fn anything_but_text(nested: &Map<String, Value>, place: &mut Place) -> Compiled<Test> {
    const KNOWN: &str = "prefix, suffix, equals-ignore-case and wildcard are known";
    let Some((operator, operand)) = nested.iter().next() else {
        return Err(place.refuse(&["Anything-But expression name not found; ", KNOWN]));
    };
    let tests = place.within(operator, |place| {
        if !matches!(operator.as_str(), "prefix" | "suffix" | "equals-ignore-case" | "wildcard") {
            return Err(place.refuse(&["Unsupported anything-but pattern: ", operator, "; ", KNOWN]));
        }
        match operand {
            Value::Array(values) if values.is_empty() => Err(place.refuse(&["Empty arrays are not allowed"])),
            Value::Array(values) => {
                let tests = values.iter().enumerate();
                tests.map(|(index, value)| place.at(index, |place| but(operator, value, place))).collect()
            }
            Value::String(_) | Value::Number(_) => Ok(vec![but(operator, operand, place)?]),
            Value::Null | Value::Bool(_) | Value::Object(_) => Err(place.refuse(&[ANYTHING_BUT_OPERAND])),
        }
    })?;
    only_key(nested, place)?;
    Ok(Test::AnythingButText(tests))
}

/// One text that a value must not match.
fn but(operator: &str, value: &Value, place: &mut Place) -> Compiled<TextTest> {
    let reason = match (operator, value) {
        ("wildcard", value) => return wildcard(value, place),
        ("equals-ignore-case", Value::String(text)) => return Ok(TextTest::EqualsIgnoreCase(text.clone())),
        ("equals-ignore-case", _) => {
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
        }
        (_, Value::String(text)) if text.is_empty() => "Null prefix/suffix not allowed",
        ("prefix", Value::String(text)) => return Ok(TextTest::Prefix(text.clone())),
        (_, Value::String(text)) => return Ok(TextTest::Suffix(text.clone())),
        _ => "prefix/suffix match pattern must be a string",
    };
    Err(place.refuse(&[reason]))
}

/// The terms of a `numeric`: operators and numbers by turns.
struct Terms<'t> {
    terms: &'t [Value],
    place: &'t Place,
}

impl<'t> Terms<'t> {
    fn operator(&self, index: usize) -> Compiled<&'t str> {
        let refuse = |reason: &str, term: &Value| Err(self.place.refuse(&[reason, &json_text(term)]));
        match self.terms.get(index) {
            Some(Value::String(operator)) => Ok(operator.as_str()),
            Some(other) if index == 0 => refuse("Invalid member in numeric match: ", other),
            Some(other) => refuse("Bad value in numeric range: ", other),
            None => Err(self.place.refuse(&["Invalid member in numeric match: ]"])),
        }
    }

    fn number(&self, index: usize, operator: &str) -> Compiled<f64> {
        let number = self.terms.get(index).and_then(Value::as_f64);
        let number = number.ok_or_else(|| self.place.refuse(&["Value of ", operator, " must be numeric"]))?;
        if number.abs() > LARGEST {
            return Err(self.place.refuse(&["Value must be between -5.0E9 and 5.0E9, inclusive"]));
        }
        Ok(number)
    }

    /// The range that the first two terms tell, and its bottom where a top may follow.
    fn first(&self) -> Compiled<(Range, Option<f64>)> {
        let range = |bottom, top| Range { bottom, top };
        Ok(match self.operator(0)? {
            "=" => {
                let value = Bound::Including(self.number(1, "equals")?);
                (range(value, value), None)
            }
            "<" => (range(Bound::Open, Bound::Excluding(self.number(1, "<")?)), None),
            "<=" => (range(Bound::Open, Bound::Including(self.number(1, "<=")?)), None),
            first @ (">" | ">=") => {
                let value = self.number(1, first)?;
                let bound = if first == ">" { Bound::Excluding(value) } else { Bound::Including(value) };
                (range(bound, Bound::Open), Some(value))
            }
            first => {
                let known = "; =, <, <=, > and >= are known";
                return Err(self.place.refuse(&["Unrecognized numeric range operator: ", first, known]));
            }
        })
    }
}

/// `["=", x]`, `["<", x]`, `[">=", x]`, or from below to above: `[">", x, "<=", y]`.
fn numeric(operand: &Value, place: &Place) -> Compiled<Range> {
    let Value::Array(terms) = operand else {
        return Err(place.refuse(&["Value of numeric must be an array."]));
    };
    let read = Terms { terms, place };
    let (one_sided, bottom) = read.first()?;
    let Some(bottom) = bottom.filter(|_| terms.len() > 2) else {
        let whole = terms.len() == 2;
        return if whole {
            Ok(one_sided)
        } else {
            Err(place.refuse(&["Too many elements in numeric expression"]))
        };
    };
    let second = read.operator(2)?;
    if second != "<" && second != "<=" {
        return Err(place.refuse(&["Bad numeric range operator: ", second, "; < or <= ends a range"]));
    }
    let value = read.number(3, second)?;
    if terms.len() > 4 {
        return Err(place.refuse(&["Too many terms in numeric range expression"]));
    }
    if bottom >= value {
        return Err(place.refuse(&["Bottom must be less than top"]));
    }
    let top = if second == "<" { Bound::Excluding(value) } else { Bound::Including(value) };
    Ok(Range { top, ..one_sided })
}
