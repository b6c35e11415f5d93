//! One of Stripe's objects and its records.

use daicho_core::validation::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kinds that have a view of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// A customer.
    Customer,
    /// A subscription.
    Subscription,
    /// An invoice.
    Invoice,
}

/// Which object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectRequest {
    /// Its kind.
    pub kind: ObjectKind,
    /// `cus_…`, `sub_…` or `in_…`.
    pub id: String,
}

/// An object, its records, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectState {
    /// How all of its records stand together: the worst of them.
    pub standing: Standing,
    /// Its record in each target.
    pub records: Vec<RecordState>,
    /// Of a customer, the kinds of objects that records are made of: others are not listed.
    pub child_kinds: Vec<ObjectKind>,
    /// A customer's subscriptions and invoices, the newest first.
    pub children: Vec<ObjectLine>,
    /// Whether there are more of them than are listed.
    pub more_children: bool,
    /// What happened lately, the newest first.
    pub happened: Vec<Happening>,
}

/// How a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The target's condition leaves the object out.
    LeftOut,
    /// kintone holds what Stripe says.
    InSync,
    /// There is no record, and none is on its way.
    NotLinked,
    /// kintone holds something else: somebody changed or deleted the record there.
    Differs,
    /// A record is on its way.
    Waiting,
    /// Nothing is written to the target now: a person has to do something first.
    Stopped,
    /// It will not succeed by itself.
    Failed,
}

/// An object's record in one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordState {
    /// The target's name.
    pub target: String,
    /// The alias of its app.
    pub app: String,
    /// How it stands.
    pub standing: Standing,
    /// Why, and what to do; nothing where nothing is to be done.
    pub text: Option<Text>,
    /// The stable code of the reason.
    pub code: Option<String>,
    /// The number of the failure, to send it again.
    pub failure: Option<i64>,
    /// Where the record is, for a person to open.
    pub url: Option<String>,
    /// When it was last written.
    pub written: Option<i64>,
    /// Whether kintone's values could be read just now, and stand beside Stripe's.
    pub compared: bool,
    /// How many fields differ, hidden ones too.
    pub differing: u64,
    /// The mapped fields that may be shown.
    pub fields: Vec<FieldState>,
}

/// One mapped field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldState {
    /// The field code.
    pub code: String,
    /// Its label in kintone.
    pub label: String,
    /// kintone's type of the field.
    #[serde(rename = "type")]
    pub kind: String,
    /// What Stripe's object gives, as kintone's value.
    pub stripe: Value,
    /// What kintone holds; nothing where there is no record or it could not be read.
    pub kintone: Option<Value>,
    /// Whether the two differ and Daicho would write it.
    pub differs: bool,
    /// Whether the two differ and kintone's stays, as the mapping says: of a field that is written on creation only,
    /// for one.
    pub keeps: bool,
}

/// Another object that belongs to the one looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectLine {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its id.
    pub id: String,
    /// An invoice's number, where it has one.
    pub name: Option<String>,
    /// Stripe's word for its status.
    pub status: Option<String>,
    /// How its records stand.
    pub standing: Standing,
    /// Where its record is, for a person to open.
    pub url: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    /// When.
    pub at: i64,
    /// What, for people.
    pub text: Text,
}

/// Write these objects' records again, whatever is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// The object; it is read from Stripe first.
    pub object: ObjectRequest,
}

/// What was set going.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Synced {
    /// Records that will be written.
    pub records: u64,
}
