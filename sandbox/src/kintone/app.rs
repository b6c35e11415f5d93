//! An app: its form, its records and its settings.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::decimal::RoundingMode;
use super::form::Form;
use super::store::Store;
use crate::Millis;

/// What a new app is made of; as JSON for the sandbox's administration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewApp {
    /// The app id; the next free one if absent or taken.
    pub id: Option<u64>,
    /// The app's name.
    pub name: String,
    /// The app code, which prefixes record numbers; empty for none.
    pub code: String,
    /// The guest space that the app is in.
    pub guest_space: Option<u64>,
    /// Fields by code, as in `app/form/fields.json`; attributes left out take their usual value,
    /// system fields are added, `options` may be a list of names.
    pub properties: Map<String, Value>,
    /// How numbers are limited and rounded.
    pub number_precision: NumberPrecision,
}

/// The app setting for numbers and calculations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NumberPrecision {
    /// All digits, 1 to 30.
    pub digits: u32,
    /// Digits after the point, 0 to 10.
    pub decimal_places: u32,
    /// How what is beyond them is rounded.
    pub rounding: RoundingMode,
}

impl Default for NumberPrecision {
    fn default() -> Self {
        Self { digits: 16, decimal_places: 4, rounding: RoundingMode::HalfEven }
    }
}

/// An app.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) guest_space: Option<u64>,
    pub(crate) number_precision: NumberPrecision,
    pub(crate) form: Form,
    pub(crate) store: Store,
    /// When its settings were last changed; the sandbox makes apps at time 0.
    pub(crate) modified_at: Millis,
}

impl App {
    pub(crate) fn new(id: u64, new: NewApp) -> Self {
        let form = Form::new(new.properties, 1);
        let store = Store::new(&form);
        Self {
            id,
            name: new.name,
            code: new.code,
            guest_space: new.guest_space,
            number_precision: new.number_precision,
            form,
            store,
            modified_at: 0,
        }
    }

    /// The body of `app/settings.json`.
    pub(crate) fn settings(&self) -> Value {
        let precision = &self.number_precision;
        json!({
            "name": self.name,
            "description": "",
            "icon": {"type": "PRESET", "key": "APP72"},
            "theme": "WHITE",
            "titleField": {"selectionMode": "AUTO"},
            "enableThumbnails": true,
            "enableBulkDeletion": false,
            "enableComments": true,
            "enableDuplicateRecord": true,
            "enableInlineRecordEditing": true,
            "numberPrecision": {
                "digits": precision.digits.to_string(),
                "decimalPlaces": precision.decimal_places.to_string(),
                "roundingMode": precision.rounding,
            },
            "firstMonthOfFiscalYear": "4",
            "revision": self.form.revision.to_string(),
        })
    }

    /// The number shown for a record: prefixed if the app has a code.
    pub(crate) fn record_number(&self, id: u64) -> String {
        if self.code.is_empty() { id.to_string() } else { format!("{}-{id}", self.code) }
    }
}
