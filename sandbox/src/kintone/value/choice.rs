//! Choices: a value must be one of the form's options.

use serde_json::{Value, json};

use super::{Place, scalar};
use crate::kintone::failure::{Failure, FieldErrors};
use crate::kintone::form::Field;
use crate::kintone::message;

pub(super) fn read_one(field: &Field, text: &str, place: &Place, errors: &mut FieldErrors) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    if !field.options.iter().any(|option| option == text) {
        errors.add(place.key("value"), message::not_an_option(text));
        return Value::Null;
    }
    json!(text)
}

/// The choices in the order of the form's options.
pub(super) fn read_many(
    field: &Field,
    given: &[Value],
    place: &Place,
    errors: &mut FieldErrors,
) -> Result<Value, Failure> {
    let mut chosen = Vec::new();
    for (position, choice) in given.iter().enumerate() {
        let text = scalar(choice)?;
        match field.options.iter().position(|option| *option == text) {
            Some(option) => chosen.push(option),
            None => {
                let key = place.key(&format!("values[{position}].value"));
                errors.add(key, message::not_an_option(&text));
            }
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    let names = chosen.into_iter().filter_map(|option| field.options.get(option));
    Ok(json!(names.collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::read_as;
    use super::*;

    #[test]
    fn an_unknown_option_is_refused_by_name() {
        let drop_down = json!({"type": "DROP_DOWN", "options": ["有効", "解約済み"]});
        assert_eq!(read_as(drop_down.clone(), json!("有効")), (json!("有効"), Value::Null));
        assert_eq!(read_as(drop_down.clone(), json!("")), (Value::Null, Value::Null));
        let (_, errors) = read_as(drop_down, json!("休止"));
        assert_eq!(errors, json!({"record.f.value": {"messages": ["\"休止\"は選択肢にありません。"]}}));
    }

    #[test]
    fn of_several_choices_each_is_checked() {
        let boxes = json!({"type": "CHECK_BOX", "options": {
            "B": {"label": "B", "index": "1"}, "A": {"label": "A", "index": "0"}}});
        assert_eq!(read_as(boxes.clone(), json!(["B", "A"])).0, json!(["A", "B"]));
        let (_, errors) = read_as(boxes, json!(["A", "Z"]));
        assert_eq!(
            errors,
            json!({"record.f.values[1].value": {"messages": ["\"Z\"は選択肢にありません。"]}})
        );
    }
}
