//! Values as kintone keeps them, so that what was sent can be compared with what a GET returns.

use crate::json::Value;

use super::{Field, FieldType, FormSchema, Number, NumberPrecision, Record};
use crate::instant;
use crate::text_search;

/// The fields of `wanted` whose values differ from `current`, what the app holds. Fields that
/// `wanted` does not mention are not compared, nor are those of a table's row.
#[must_use]
pub fn changed_fields<'r>(
    wanted: &'r Record,
    current: &Record,
    form: &FormSchema,
    precision: NumberPrecision,
) -> Vec<&'r str> {
    let differs = |code: &str, value: &Value| {
        let now = current.get(code).map_or(&Value::Null, |field| &field.value);
        match form.field(code) {
            Some(field) => {
                let (wanted, now) = (normalised(field, value, precision), normalised(field, now, precision));
                if field.kind == FieldType::Subtable { !holds_rows(&now, &wanted) } else { wanted != now }
            }
            None => value != now,
        }
    };
    wanted.iter().filter(|(code, field)| differs(code, &field.value)).map(|(code, _)| code.as_str()).collect()
}

/// Whether a table has these rows, each with the fields it mentions; both are normalised.
fn holds_rows(table: &Value, wanted: &Value) -> bool {
    let rows = |table: &'_ Value| table.as_array().map_or(0, Vec::len);
    let holds = |(row, wanted): (&Value, &Value)| {
        let mut cells = wanted.as_object().into_iter().flatten();
        cells.all(|(code, cell)| row.get(code).unwrap_or(&Value::Null) == cell)
    };
    let pairs = table.as_array().into_iter().flatten().zip(wanted.as_array().into_iter().flatten());
    rows(table) == rows(wanted) && pairs.into_iter().all(holds)
}

/// Whether a field holds nothing: null, `""` or `[]`.
#[must_use]
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The value as kintone keeps it: numbers rounded by the app's precision, moments in UTC without
/// seconds, dates in full, choices without order, people by code. A value that kintone would refuse
/// stays as it is.
#[must_use]
pub fn normalised(field: &Field, value: &Value, precision: NumberPrecision) -> Value {
    if is_empty(value) {
        return Value::Null;
    }
    let tidy = match (&field.kind, value) {
        (FieldType::Number, Value::String(text)) => number(text, precision),
        (FieldType::Number, Value::Number(number_)) => {
            number(&crate::json_text::number_text(number_), precision)
        }
        (FieldType::Date, Value::String(text)) => full_date(text),
        (FieldType::Datetime, Value::String(text)) => whole_minute(text),
        (FieldType::Time, Value::String(text)) => time_of_day(text),
        (FieldType::MultiLineText | FieldType::RichText, Value::String(text)) => {
            Some(text_search::replace(text, "\r\n", "\n"))
        }
        (FieldType::CheckBox | FieldType::MultiSelect, Value::Array(items)) => {
            return set(items, Value::as_str);
        }
        (kind, Value::Array(items)) if kind.is_selection_of_people() => {
            return set(items, |item| item.get("code").and_then(Value::as_str));
        }
        (FieldType::Subtable, Value::Array(rows)) => return table(field, rows, precision),
        _ => None,
    };
    tidy.map_or_else(|| value.clone(), Value::String)
}

fn number(text: &str, precision: NumberPrecision) -> Option<String> {
    Some(Number::parse(text)?.rounded(precision).text())
}

/// `YYYY-MM-DD` of a date as kintone takes it: `YYYY`, `YYYY-MM` and `YYYY-M-D` too.
#[must_use]
pub fn full_date(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?;
    let mut next = || match parts.next() {
        None => Some(1),
        Some(part) if (1..=2).contains(&part.len()) => part.parse::<u32>().ok(),
        Some(_) => None,
    };
    let (month, day) = (next()?, next()?);
    if parts.next().is_some() || text.bytes().any(|b| !b.is_ascii_digit() && b != b'-') {
        return None;
    }
    let date = instant::date(year.parse().ok()?, month, day).filter(|date| date.year() >= 1000)?;
    Some(instant::full_date(date))
}

/// A moment in UTC with its seconds cut off, as kintone keeps it: `2026-01-02T03:04:00Z`, `…+09:00`. A
/// date alone is midnight in UTC ("kintone REST APIの共通仕様", kintone's documentation).
#[must_use]
pub fn whole_minute(text: &str) -> Option<String> {
    if let Some(date) = full_date(text) {
        return Some([&date, "T00:00:00Z"].concat());
    }
    // `T` and `Z` are fixed, and a leap second is none that a clock shows.
    let (_, clock) = text.split_once('T')?;
    if text_search::contains(clock, "z") || clock.get(6..8) == Some("60") {
        return None;
    }
    let seconds = instant::parse_rfc3339(text)?;
    instant::datetime_text(seconds - seconds.rem_euclid(60))
}

/// `HH:MM` of a time of day, whose hour may have one digit. Seconds are none of kintone's.
#[must_use]
pub fn time_of_day(text: &str) -> Option<String> {
    let (hour, _) = text.split_once(':')?;
    let padded = if hour.len() == 1 { ["0", text].concat() } else { text.to_owned() };
    let time = instant::parse_time(&padded).filter(|_| padded.len() == 5)?;
    Some(text_search::join(&[time.hour(), time.minute()].map(|part| instant::two_digits(part.into())), ":"))
}

fn set<'v>(items: &'v [Value], text: impl Fn(&'v Value) -> Option<&'v str>) -> Value {
    let mut texts: Vec<&str> = Vec::with_capacity(items.len());
    for text in items.iter().filter_map(text) {
        if let Err(at) = texts.binary_search(&text) {
            texts.insert(at, text);
        }
    }
    texts.into_iter().map(Value::from).collect()
}

/// Rows without their ids, each with the fields it mentions.
fn table(field: &Field, rows: &[Value], precision: NumberPrecision) -> Value {
    let row = |row: &Value| -> Value {
        let inner = row.get("value").and_then(Value::as_object).into_iter().flatten();
        let cells = inner
            .map(|(code, cell)| {
                let value = cell.get("value").unwrap_or(&Value::Null);
                let tidy =
                    field.fields.get(code).map_or_else(|| value.clone(), |f| normalised(f, value, precision));
                (code.clone(), tidy)
            })
            .collect();
        Value::Object(cells)
    };
    rows.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> FormSchema {
        serde_json::from_value(json!({"properties": {
            "名": {"type": "SINGLE_LINE_TEXT"}, "数": {"type": "NUMBER"}, "日": {"type": "DATE"},
            "日時": {"type": "DATETIME"}, "時": {"type": "TIME"}, "箱": {"type": "CHECK_BOX"},
            "人": {"type": "USER_SELECT"}, "選": {"type": "DROP_DOWN"},
            "表": {"type": "SUBTABLE", "fields": {"単価": {"type": "NUMBER"}}},
        }}))
        .unwrap()
    }

    fn differ(code: &str, wanted: &Value, current: &Value) -> bool {
        let record =
            |value: &Value| serde_json::from_value::<Record>(json!({code: {"value": value}})).unwrap();
        !changed_fields(&record(wanted), &record(current), &form(), NumberPrecision::default()).is_empty()
    }

    #[test]
    fn what_kintone_returns_is_what_was_sent() {
        for (code, sent, returned) in [
            ("名", json!(""), json!(null)),
            ("名", json!("a"), json!("a")),
            ("数", json!("20.00"), json!("20")),
            ("数", json!("1.00005"), json!("1")),
            ("数", json!(""), json!(null)),
            ("日", json!("2026-1-2"), json!("2026-01-02")),
            ("日", json!("2026"), json!("2026-01-01")),
            ("日時", json!("2026-01-02T03:04:59+09:00"), json!("2026-01-01T18:04:00Z")),
            ("時", json!("9:05"), json!("09:05")),
            ("箱", json!(["b", "a"]), json!(["a", "b"])),
            ("箱", json!(["a", "a"]), json!(["a"])),
            ("日時", json!("2026-1-2"), json!("2026-01-02T00:00:00Z")),
            (
                "表",
                json!([{"value": {"単価": {"value": "1.0"}}}, {"id": "8"}]),
                json!([{"id": "7", "value": {"単価": {"value": "1"}, "備考": {"value": "a"}}},
                    {"id": "8", "value": {"単価": {"value": "2"}, "備考": {"value": "b"}}}]),
            ),
            ("箱", json!([]), json!([])),
            ("人", json!([{"code": "sato"}]), json!([{"code": "sato", "name": "佐藤"}])),
            ("選", json!(""), json!(null)),
            (
                "表",
                json!([{"value": {"単価": {"value": "1.0"}}}]),
                json!([{"id": "7", "value": {"単価": {"type": "NUMBER", "value": "1"}}}]),
            ),
        ] {
            assert!(!differ(code, &sent, &returned), "{code} {sent} {returned}");
        }
    }

    #[test]
    fn another_value_is_another_value() {
        for (code, sent, returned) in [
            ("名", json!("a"), json!("A")),
            ("名", json!("20.0"), json!("20")),
            ("数", json!("20"), json!("21")),
            ("数", json!("x"), json!("y")),
            ("日時", json!("2026-01-02T03:04:00Z"), json!("2026-01-02T03:05:00Z")),
            ("箱", json!(["a"]), json!(["a", "b"])),
            ("人", json!([{"code": "sato"}]), json!([])),
            (
                "表",
                json!([{"value": {"単価": {"value": "1"}}}]),
                json!([{"id": "7", "value": {"単価": {"value": "2"}}}]),
            ),
            ("表", json!([{"value": {"単価": {"value": "1"}}}]), json!([])),
        ] {
            assert!(differ(code, &sent, &returned), "{code} {sent} {returned}");
        }
    }

    #[test]
    fn fields_that_nothing_maps_are_not_compared() {
        let current: Record =
            serde_json::from_value(json!({"名": {"value": "a"}, "数": {"value": "1"}})).unwrap();
        let wanted: Record = serde_json::from_value(json!({"名": {"value": "a"}})).unwrap();
        assert_eq!(changed_fields(&wanted, &current, &form(), NumberPrecision::default()), [""; 0]);
    }
}
