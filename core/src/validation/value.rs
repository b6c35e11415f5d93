//! One value held against its field: what kintone checks, with its own limits.
//!
//! Where it is not known how strictly kintone checks (the forms of links, how it counts characters
//! outside the basic plane), only what is surely wrong is refused here: kintone's own refusal is
//! handled too, but a value that we wrongly keep back would never arrive.

use crate::json::Value;

use super::Code;
use crate::kintone::{
    Field, FieldType, LinkProtocol, Number, NumberPrecision, copied_by, full_date, is_empty, time_of_day,
    whole_minute,
};
use crate::mapping::KEY_LENGTH;
use crate::text_search;

/// A code, and the limit or name that its text mentions.
pub(super) type Problem = (Code, String);

/// The problems of one value.
pub(super) fn problems_of(field: &Field, value: &Value, precision: NumberPrecision) -> Vec<Problem> {
    let wrong_shape = || vec![(Code::WrongShape, field.kind.as_str().to_owned())];
    if is_empty(value) {
        // Even an empty value has its field's shape.
        return match (value, field.kind.is_multi_valued()) {
            (Value::String(_), true) | (Value::Array(_), false) => wrong_shape(),
            _ if is_enforced(field) => vec![(Code::Required, String::new())],
            _ => Vec::new(),
        };
    }
    match (&field.kind, value) {
        (FieldType::Subtable, Value::Array(rows)) => {
            rows.iter().flat_map(|row| problems_of_row(field, row, precision)).collect()
        }
        (FieldType::CheckBox | FieldType::MultiSelect, Value::Array(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map_or_else(wrong_shape, |texts| options(field, &texts))
        }
        (kind, Value::Array(items)) if kind.is_selection_of_people() => {
            let has_code = |item: &Value| item.get("code").is_some_and(Value::is_string);
            if items.iter().all(has_code) { Vec::new() } else { wrong_shape() }
        }
        (kind, Value::String(text)) if !kind.is_multi_valued() => problems_of_text(field, text, precision),
        _ => wrong_shape(),
    }
}

/// Whether kintone asks for a value. It does not enforce 必須 on radio buttons through its API.
pub(crate) fn is_enforced(field: &Field) -> bool {
    field.required && field.kind != FieldType::RadioButton
}

fn problems_of_row(table: &Field, row: &Value, precision: NumberPrecision) -> Vec<Problem> {
    let Some(cells) = row.get("value").and_then(Value::as_object) else {
        return vec![(Code::WrongShape, table.kind.as_str().to_owned())];
    };
    let inner = |(code, cell): (&String, &Value)| match table.fields.get(code) {
        Some(field) => {
            if !field.kind.is_writable() {
                return vec![(Code::NotWritable, field.kind.as_str().to_owned())];
            }
            if let Some(lookup) = copied_by(&table.fields, code) {
                return vec![(Code::LookupCopyTarget, lookup.label.clone())];
            }
            let Some(cell) = cell.as_object() else {
                return vec![(Code::WrongShape, field.kind.as_str().to_owned())];
            };
            // A cell without a value is one that the row does not mention.
            let Some(value) = cell.get("value") else {
                return Vec::new();
            };
            let mut problems = problems_of(field, value, precision);
            // kintone empties it in silence, and then asks for the value that it emptied.
            if let Some(lost) = problems.iter_mut().find(|(problem, _)| *problem == Code::NotANumber) {
                *lost = (Code::NumberLostInTable, field.label.clone());
                problems.extend(is_enforced(field).then(|| (Code::Required, String::new())));
            }
            problems
        }
        None => vec![(Code::UnknownField, code.clone())],
    };
    cells.iter().flat_map(inner).collect()
}

fn problems_of_text(field: &Field, text: &str, precision: NumberPrecision) -> Vec<Problem> {
    let unless = |fine: bool, code: Code| {
        if fine { Vec::new() } else { vec![(code, String::new())] }
    };
    match &field.kind {
        FieldType::Number => number(field, text, precision),
        FieldType::Date => unless(full_date(text).is_some(), Code::NotADate),
        FieldType::Datetime => unless(whole_minute(text).is_some(), Code::NotADatetime),
        FieldType::Time => unless(time_of_day(text).is_some(), Code::NotATime),
        FieldType::DropDown | FieldType::RadioButton => options(field, &[text]),
        FieldType::Link => [length(field, text), link(field, text)].concat(),
        FieldType::SingleLineText => {
            [length(field, text), unless(!text.contains(['\n', '\r']), Code::LineBreak)].concat()
        }
        _ => length(field, text),
    }
}

fn length(field: &Field, text: &str) -> Vec<Problem> {
    let characters = text.chars().count();
    let unique_limit = field.unique.then_some(KEY_LENGTH);
    let own_limit = field.max_length.map(|limit| limit as usize);
    let most = own_limit.into_iter().chain(unique_limit).min();
    let mut problems = Vec::new();
    if let Some(most) = most.filter(|most| characters > *most) {
        problems.push((Code::TooLong, most.to_string()));
    }
    if let Some(least) = field.min_length.filter(|least| characters < *least as usize) {
        problems.push((Code::TooShort, least.to_string()));
    }
    problems
}

fn options(field: &Field, texts: &[&str]) -> Vec<Problem> {
    let is_option = |text: &&str| field.options.iter().any(|option| option == text);
    if texts.iter().all(is_option) { Vec::new() } else { vec![(Code::NotAnOption, String::new())] }
}

fn number(field: &Field, text: &str, precision: NumberPrecision) -> Vec<Problem> {
    let Some(number) = Number::parse(text) else {
        return vec![(Code::NotANumber, String::new())];
    };
    let mut problems = Vec::new();
    // Rounding can add the digit that is too many.
    let kept = number.rounded(precision);
    if kept.integer_digits() > precision.integer_digits() as usize {
        problems.push((Code::TooManyDigits, precision.integer_digits().to_string()));
    } else if number.decimal_places() > precision.decimal_places as usize {
        problems.push((Code::DecimalsRounded, precision.decimal_places.to_string()));
    }
    let limit = |text: &Option<String>| {
        text.as_deref().and_then(|text| Some((Number::parse(text)?, text.to_owned())))
    };
    if let Some((_, shown)) = limit(&field.min_value).filter(|(least, _)| kept < *least) {
        problems.push((Code::NumberTooSmall, shown));
    }
    if let Some((_, shown)) = limit(&field.max_value).filter(|(most, _)| kept > *most) {
        problems.push((Code::NumberTooLarge, shown));
    }
    problems
}

fn link(field: &Field, text: &str) -> Vec<Problem> {
    let has_space = text.contains(char::is_whitespace);
    let (fine, code) = match field.protocol {
        None => return Vec::new(),
        Some(LinkProtocol::Web) => {
            let scheme = text_search::split_once(text, "://")
                .map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
            let fine = scheme.is_some_and(|(scheme, rest)| {
                matches!(scheme.as_str(), "http" | "https" | "ftp") && !rest.is_empty()
            });
            (fine && !has_space, Code::NotAWebAddress)
        }
        Some(LinkProtocol::Mail) => {
            let fine = text.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
            (fine && !has_space, Code::NotAMailAddress)
        }
        Some(LinkProtocol::Call) => {
            (text.chars().all(|c| c.is_ascii_graphic() || c == ' '), Code::NotAPhoneNumber)
        }
    };
    if fine { Vec::new() } else { vec![(code, String::new())] }
}
