//! Connecting a kintone app.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where an app is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppAddress {
    /// `example.cybozu.com`; an address that was pasted from the browser is taken apart by the view.
    pub domain: String,
    /// The app's number.
    pub app: u64,
    /// The guest space, where the app is in one.
    pub guest_space: Option<u64>,
}

/// Try an app and its token; nothing is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TryApp {
    /// Where it is.
    pub address: AppAddress,
    /// The API token; nothing: the one that is stored for the alias.
    pub token: Option<String>,
    /// The alias in the mapping.
    pub alias: String,
}

/// An app that answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppFound {
    /// Its name as kintone shows it; nothing where the token may not read it.
    pub name: Option<String>,
    /// The form, as kintone's `GET /k/v1/app/form/fields.json` answers.
    pub form: Value,
    /// The app's settings, where the token may read them.
    pub settings: Option<Value>,
    /// Records that are in it.
    pub records: u64,
}

/// Store an app's connection and its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// The alias in the mapping.
    pub alias: String,
    /// Where it is.
    pub address: AppAddress,
    /// The API token; nothing: the one that is stored stays.
    pub token: Option<String>,
    /// The ETag of the connections that the view saw; nothing where there were none.
    pub etag: Option<String>,
}

/// It is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connected {
    /// The connections' new ETag.
    pub etag: String,
    /// The app.
    pub app: AppFound,
}
