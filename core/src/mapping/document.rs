//! The mapping document: portable between test and live, kept in git.

use crate::json::Value as Json;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Departure, Rows, Transform};
use crate::ByName;
use crate::document::{Document, Place, Read, read_enum, read_struct, read_words, through_document};
use crate::ledger::{Figure, TaxTotal};

/// A mapping document: which of Stripe's objects become records of which kintone app, and how.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Where an editor finds the JSON Schema of this document. Daicho does not read it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The document's version: 1.
    #[schemars(with = "u8", range(min = 1, max = 1))]
    pub version: Version,
    /// Each target by the name that status, messages and commands use for it.
    pub targets: ByName<Target>,
}

read_struct!(Mapping { schema["$schema"] = None, version, targets });

/// The version of the document's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "u8")]
pub struct Version;

impl Document for Version {
    fn read(json: &Json, at: Place<'_>) -> Read<Self> {
        match u64::read(json, at)? {
            1 => Ok(Self),
            other => at.refuse(&["this Daicho reads mapping version 1, not ", &other.to_string()]),
        }
    }

    fn write(&self) -> Json {
        u32::from(u8::from(*self)).into()
    }
}

through_document!(Version);

impl From<Version> for u8 {
    fn from(_: Version) -> Self {
        1
    }
}

/// A target's name, for example `customers`.
pub type TargetName = String;
/// The name that the connections give an app, for example `顧客管理`.
pub type AppAlias = String;

/// One mapping: a Stripe object type, a kintone app, a key field, field rules.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The Stripe object type whose objects become records.
    pub source: Source,
    /// The app, by the alias under which the connections document gives its domain and number.
    pub app: AppAlias,
    /// The field by which a record is found again, and what it holds: the object's id unless a path is given.
    pub key: Key,
    /// What is written into which field. A field that no rule names is never touched.
    pub fields: Vec<FieldRule>,
    /// Whether records are created, updated or both.
    #[serde(default)]
    pub write_mode: WriteMode,
    /// Which objects are taken: an event pattern over the object, `{"status": [{"anything-but":
    /// "draft"}]}`. All, unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<crate::json::Map<String, crate::json::Value>>,
    /// What becomes of the record of an object that no longer matches the condition.
    #[serde(default, skip_serializing_if = "Departure::is_keep")]
    pub on_leave: Departure,
    /// What becomes of the record of an object that Stripe deleted.
    #[serde(default, skip_serializing_if = "Departure::is_keep")]
    pub on_delete: Departure,
    /// What becomes of a record that somebody deleted in kintone, once its object changes.
    #[serde(default, skip_serializing_if = "OnRecordDeleted::is_create")]
    pub on_record_deleted: OnRecordDeleted,
    /// Whether each record is written by itself, at most 60 a minute, so that kintone's webhooks and
    /// customisations see it: they see nothing of what is written many at a time.
    #[serde(default, skip_serializing_if = "is_false")]
    pub single_writes: bool,
}

read_struct!(Target {
    source,
    app,
    key,
    fields,
    write_mode = WriteMode::default(),
    condition = None,
    on_leave = Departure::Keep,
    on_delete = Departure::Keep,
    on_record_deleted = OnRecordDeleted::Create,
    single_writes = false,
});

/// A Stripe object type that records are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `customer`
    Customer,
    /// `subscription`
    Subscription,
    /// `invoice`
    Invoice,
    /// An item of a subscription (`items.data`), as a record of its own. Its `subscription` leads on.
    SubscriptionItem,
    /// A line of an invoice (`lines.data`), as a record of its own. Its `invoice` leads on.
    InvoiceLine,
}

read_words!(Source {
    "customer" => Customer,
    "subscription" => Subscription,
    "invoice" => Invoice,
    "subscription_item" => SubscriptionItem,
    "invoice_line" => InvoiceLine,
});

impl Source {
    /// Of an object that Stripe gives as an element of another one's list: the other's source, and the
    /// property that holds the list.
    #[must_use]
    pub fn element_of(self) -> Option<(Self, &'static str)> {
        match self {
            Self::SubscriptionItem => Some((Self::Subscription, "items")),
            Self::InvoiceLine => Some((Self::Invoice, "lines")),
            Self::Customer | Self::Subscription | Self::Invoice => None,
        }
    }
}

/// The key field and what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The field code. The field is 文字列（1行） (Text) or 数値 (Number) with 値の重複を禁止する
    /// (Prohibit duplicate values). It needs no rule of its own.
    pub field: String,
    /// The path of the key's value in the object. It must be one that cannot change, of at most 64 characters.
    #[serde(default = "Key::id")]
    pub path: String,
}

read_struct!(Key { field, path = Key::id() });

impl Key {
    fn id() -> String {
        "id".to_owned()
    }
}

/// Whether a target creates records, updates them, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WriteMode {
    /// Creates and updates.
    #[default]
    Upsert,
    /// Updates records that exist and creates none.
    UpdateOnly,
    /// Creates records and leaves existing ones alone.
    CreateOnly,
}

read_words!(WriteMode { "upsert" => Upsert, "update_only" => UpdateOnly, "create_only" => CreateOnly });

/// Whether a record that somebody deleted in kintone is created again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRecordDeleted {
    /// It is created again.
    #[default]
    Create,
    /// It stays deleted.
    Leave,
}

read_words!(OnRecordDeleted { "create" => Create, "leave" => Leave });

impl OnRecordDeleted {
    fn is_create(&self) -> bool {
        *self == Self::Create
    }
}

/// What is written into one field.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// The field code (フィールドコード, not the label), compared exactly.
    pub field: String,
    /// Where the value comes from.
    pub value: Value,
    /// What is done to it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transform: Vec<Transform>,
    /// When it is written.
    #[serde(default)]
    pub write_policy: WritePolicy,
    /// What is done where there is no value after the transforms.
    #[serde(default, skip_serializing_if = "Empty::is_clear")]
    pub empty: Empty,
    /// Whether the Stripe App leaves the field out: a token sees more than the person who looks may.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

read_struct!(FieldRule {
    field,
    value,
    transform = Vec::new(),
    write_policy = WritePolicy::Always,
    empty = Empty::Clear,
    hidden = false,
});

/// Whether a field rule writes always, only on creation, or only into an empty field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WritePolicy {
    /// At every change.
    #[default]
    Always,
    /// Only when the record is created.
    OnCreate,
    /// Only while the field is empty in kintone.
    IfEmpty,
}

read_words!(WritePolicy { "always" => Always, "on_create" => OnCreate, "if_empty" => IfEmpty });

/// What is done where there is no value: null, missing, an empty text or an empty list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Empty {
    /// The field is cleared.
    #[default]
    Clear,
    /// The field is not mentioned: it stays as it is, and a new record takes its own default.
    Leave,
    /// This text is written instead.
    Default(String),
}

read_enum!(Empty { "clear" => Clear, "leave" => Leave, "default" => Default(text) });

impl Empty {
    pub(super) fn is_clear(&self) -> bool {
        *self == Self::Clear
    }
}

/// Where a value comes from: `{"path": "address.city"}`, `{"template": "{{ name }} 様"}`, …
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A path in the object as the pinned API version shapes it: `address.city`,
    /// `items.data[0].price.id`, `metadata["社内 No."]`; with a wildcard, `items.data[*].price.nickname`,
    /// or a filter, `lines.data[?type=="subscription"].amount`, a list. An id is followed to the object
    /// that it names: `customer.name`, `default_payment_method.card.last4`.
    Path(String),
    /// The first of these paths that has a value.
    First(Vec<String>),
    /// The same text for every record.
    Constant(String),
    /// A text with expressions: `{{ address.state }}{{ address.city | default: "" }}`. An expression is
    /// a path or a quoted text, and filters after `|`: the transforms by their names, with their
    /// arguments after `:`; `case` and `width` by what they give: `upper`, `lower`, `half`, `full`,
    /// `standard`. If every expression is empty there is no value.
    Template(String),
    /// The rows of a table.
    Rows(Rows),
    /// A figure derived from the customer's subscriptions, invoices and charges:
    /// `{"monthly_recurring_revenue": {"currency": "jpy"}}`.
    Ledger(Figure),
    /// An invoice's total at one rate of tax: `{"rate": "10", "part": "included"}`.
    TaxTotal(TaxTotal),
}

read_enum!(Value {
    "path" => Path(text),
    "first" => First(paths),
    "constant" => Constant(text),
    "template" => Template(text),
    "rows" => Rows(rows),
    "ledger" => Ledger(figure),
    "tax_total" => TaxTotal(total),
});

/// A time zone: `Asia/Tokyo`, `UTC`, a fixed offset such as `+09:00`, or another by its IANA name where
/// the platform knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Zone(pub String);

impl Document for Zone {
    fn read(json: &Json, at: Place<'_>) -> Read<Self> {
        String::read(json, at).map(Self)
    }

    fn write(&self) -> Json {
        self.0.write()
    }
}

through_document!(Zone);

impl Default for Zone {
    fn default() -> Self {
        Self("Asia/Tokyo".to_owned())
    }
}
