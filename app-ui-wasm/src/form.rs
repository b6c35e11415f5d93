//! A kintone app as a view knows it: its form and its settings.

use daicho_core::json::Value;
use daicho_core::kintone::{FormSchema, NumberPrecision};
use schemars::JsonSchema;

use crate::answer::{Answered, Failure, FailureCode};
use crate::input::Input;

/// What kintone says of an app.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct App {
    /// What `GET /k/v1/app/form/fields.json` answers, as it stands.
    form: FormAnswer,
    /// What `GET /k/v1/app/settings.json` answers, as it stands. Without it the app is taken to keep
    /// 16 digits, 4 of them decimals, as a new app does.
    #[schemars(default)]
    settings: Option<Value>,
}

/// kintone's answer with an app's fields.
#[derive(Debug, JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct FormAnswer {
    /// Each field's definition by its code.
    properties: std::collections::BTreeMap<String, Value>,
}

/// Reads an app, which stands at `path` of the call's input.
pub(crate) fn read(app: Value, path: &str) -> Answered<(FormSchema, NumberPrecision)> {
    let mut app = Input::of(app, path)?;
    let form = schema(app.required("form")?, &[path, ".form"].concat())?;
    let settings = app.given("settings");
    app.end()?;
    let precision =
        settings.map_or_else(NumberPrecision::default, |settings| NumberPrecision::from_json(&settings));
    Ok((form, precision))
}

/// Reads a form, which stands at `path` of the call's input.
pub(crate) fn schema(form: Value, path: &str) -> Answered<FormSchema> {
    if !form.get("properties").is_some_and(Value::is_object) {
        let reason = "it has no `properties`; give what GET /k/v1/app/form/fields.json answers";
        return Err(Failure::new(FailureCode::UnreadableForm, path, reason));
    }
    Ok(FormSchema::from(form))
}
