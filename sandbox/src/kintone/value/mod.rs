//! Reading the values that a request sets: each type's rules, kintone's keys for what is wrong.

mod choice;
mod entity;
mod number;
mod table;
mod temporal;
mod text;

use serde_json::{Map, Value, json};

use super::app::NumberPrecision;
use super::behaviour::Behaviour;
use super::directory::Directory;
use super::failure::{Failure, FieldErrors};
use super::field_type::{FieldType, is_empty};
use super::form::Field;
use super::instant;
use super::message;
use crate::Millis;

pub(crate) use table::read_table;
pub(crate) use temporal::{parse_date, parse_datetime, parse_time};

/// What the rules depend on besides the field.
pub(crate) struct Rules<'a> {
    pub(crate) now: Millis,
    pub(crate) precision: NumberPrecision,
    pub(crate) directory: &'a Directory,
    pub(crate) behaviour: &'a Behaviour,
}

/// Where a field stands in the request; kintone builds the keys of `errors` from it.
pub(crate) struct Place {
    prefix: String,
    code: String,
}

impl Place {
    pub(crate) fn new(prefix: &str, code: &str) -> Self {
        Self { prefix: prefix.to_owned(), code: code.to_owned() }
    }

    /// `records[0].コード.value`, with the suffix of the type.
    pub(crate) fn key(&self, suffix: &str) -> String {
        format!("{}.{}.{suffix}", self.prefix, self.code)
    }

    /// `records[0][コード].value`: only for what is not a number.
    fn bracket_key(&self) -> String {
        format!("{}[{}].value", self.prefix, self.code)
    }

    /// The prefix of a table's row.
    fn row_prefix(&self, row: usize) -> String {
        format!("{}.{}.value[{row}].value", self.prefix, self.code)
    }
}

/// Reads the value of any field but a table; what is wrong goes to `errors` and reads as empty.
///
/// # Errors
/// `CB_IJ01` for a value of the wrong JSON type, `GAIA_IL26`, `GAIA_IL28`, `GAIA_IL42` for an
/// unknown user, department or group, `GAIA_BL01` for a file.
pub(crate) fn read(
    field: &Field,
    given: &Value,
    place: &Place,
    rules: &Rules<'_>,
    errors: &mut FieldErrors,
) -> Result<Value, Failure> {
    use FieldType as T;
    Ok(match field.field_type {
        T::SingleLineText | T::MultiLineText | T::RichText | T::Link => {
            text::read(field, &scalar(given)?, place, rules.behaviour, errors)
        }
        T::Number => number::read(field, &scalar(given)?, place, rules, errors),
        T::Date | T::Datetime | T::Time => temporal::read(field, &scalar(given)?, place, errors),
        T::DropDown | T::RadioButton => choice::read_one(field, &scalar(given)?, place, errors),
        T::CheckBox | T::MultiSelect => choice::read_many(field, &array(given)?, place, errors)?,
        T::UserSelect | T::OrganizationSelect | T::GroupSelect => {
            entity::read(field, &array(given)?, rules.directory)?
        }
        T::File => read_files(&array(given)?)?,
        other => other.empty(),
    })
}

/// The value that a new record's field takes when the request leaves it out.
pub(crate) fn default_of(field: &Field, rules: &Rules<'_>) -> Value {
    if field.default_now {
        return match field.field_type {
            FieldType::Date => json!(instant::tokyo_date(rules.now)),
            FieldType::Time => json!(instant::tokyo_time(rules.now)),
            _ => json!(instant::to_minute(rules.now)),
        };
    }
    let Some(given) = &field.default_value else {
        // A radio button always has a choice: the first, unless the form names another.
        let first = field.options.first();
        return match first {
            Some(first) if field.field_type == FieldType::RadioButton => json!(first),
            _ => field.field_type.empty(),
        };
    };
    // The form was checked when it was saved; a default that breaks the rules counts as none.
    let nowhere = Place::new("", &field.code);
    read(field, given, &nowhere, rules, &mut FieldErrors::default())
        .unwrap_or_else(|_| field.field_type.empty())
}

/// Reports a required field that is empty, unless something else is already wrong with it.
pub(crate) fn check_required(field: &Field, value: Option<&Value>, place: &Place, errors: &mut FieldErrors) {
    if !field.required || !field.field_type.enforces_required() || !value.is_none_or(is_empty) {
        return;
    }
    let key = place.key(field.field_type.required_suffix());
    if !errors.has(&key) {
        errors.add(key, message::required());
    }
}

/// `{"value": …}` of a field in a request; `None` if it has no `value`.
///
/// # Errors
/// `CB_IJ01` if it is not an object.
pub(crate) fn given_value<'a>(
    record: &'a Map<String, Value>,
    code: &str,
) -> Result<Option<&'a Value>, Failure> {
    match record.get(code) {
        None => Ok(None),
        Some(Value::Object(field)) => Ok(field.get("value")),
        Some(_) => Err(Failure::new("CB_IJ01", [])),
    }
}

/// Numbers and booleans are taken as their text, null as empty.
fn scalar(given: &Value) -> Result<String, Failure> {
    match given {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Array(_) | Value::Object(_) => Err(Failure::new("CB_IJ01", [])),
    }
}

fn array(given: &Value) -> Result<Vec<Value>, Failure> {
    match given {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => Ok(items.clone()),
        _ => Err(Failure::new("CB_IJ01", [])),
    }
}

/// The sandbox takes no uploads, so that every file key is unknown.
fn read_files(files: &[Value]) -> Result<Value, Failure> {
    match files.first() {
        None => Ok(json!([])),
        Some(file) => {
            let key = file.get("fileKey").and_then(Value::as_str);
            let key = key.ok_or_else(|| Failure::new("CB_IJ01", []))?;
            Err(Failure::new("GAIA_BL01", [key]))
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "properties and values are json! literals, which read better by value"
)]
pub(crate) mod tests {
    use super::*;
    use crate::kintone::behaviour::Language;
    use crate::kintone::form::Form;

    /// Reads `given` for a field with `property`; the value and what `errors` would hold.
    pub(crate) fn read_as(property: Value, given: Value) -> (Value, Value) {
        read_under(&Behaviour::default(), property, given)
    }

    pub(crate) fn read_under(behaviour: &Behaviour, property: Value, given: Value) -> (Value, Value) {
        let properties: Map<String, Value> = [("f".to_owned(), property)].into_iter().collect();
        let form = Form::new(properties, 1);
        let rules = Rules {
            now: 1_767_225_599_000,
            precision: NumberPrecision::default(),
            directory: &Directory::default(),
            behaviour,
        };
        let mut errors = FieldErrors::default();
        let place = Place::new("record", "f");
        match read(form.field("f").unwrap(), &given, &place, &rules, &mut errors) {
            Err(failure) => (json!(failure.code()), Value::Null),
            Ok(value) => {
                let body = Failure::invalid(errors).body("", Language::Ja);
                (value, body["errors"].clone())
            }
        }
    }

    #[test]
    fn a_wrong_json_type_is_refused_as_a_whole() {
        let text = json!({"type": "SINGLE_LINE_TEXT"});
        assert_eq!(read_as(text.clone(), json!(["x"])).0, "CB_IJ01");
        assert_eq!(read_as(json!({"type": "CHECK_BOX"}), json!("x")).0, "CB_IJ01");
        assert_eq!(read_as(text, json!(12)).0, "12");
    }

    #[test]
    fn file_keys_are_unknown_and_an_empty_list_clears() {
        let file = json!({"type": "FILE"});
        assert_eq!(read_as(file.clone(), json!([{"fileKey": "k"}])).0, "GAIA_BL01");
        assert_eq!(read_as(file, json!([])).0, json!([]));
    }
}
