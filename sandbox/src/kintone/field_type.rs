//! kintone's field types.

use serde_json::{Value, json};

/// A field's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FieldType {
    SingleLineText,
    MultiLineText,
    RichText,
    Number,
    Calc,
    CheckBox,
    RadioButton,
    DropDown,
    MultiSelect,
    Date,
    Time,
    Datetime,
    Link,
    File,
    UserSelect,
    OrganizationSelect,
    GroupSelect,
    Subtable,
    RecordNumber,
    Creator,
    Modifier,
    CreatedTime,
    UpdatedTime,
    Status,
    StatusAssignee,
    Category,
    ReferenceTable,
    Group,
}

use FieldType as T;

const NAMES: &[(FieldType, &str)] = &[
    (T::SingleLineText, "SINGLE_LINE_TEXT"),
    (T::MultiLineText, "MULTI_LINE_TEXT"),
    (T::RichText, "RICH_TEXT"),
    (T::Number, "NUMBER"),
    (T::Calc, "CALC"),
    (T::CheckBox, "CHECK_BOX"),
    (T::RadioButton, "RADIO_BUTTON"),
    (T::DropDown, "DROP_DOWN"),
    (T::MultiSelect, "MULTI_SELECT"),
    (T::Date, "DATE"),
    (T::Time, "TIME"),
    (T::Datetime, "DATETIME"),
    (T::Link, "LINK"),
    (T::File, "FILE"),
    (T::UserSelect, "USER_SELECT"),
    (T::OrganizationSelect, "ORGANIZATION_SELECT"),
    (T::GroupSelect, "GROUP_SELECT"),
    (T::Subtable, "SUBTABLE"),
    (T::RecordNumber, "RECORD_NUMBER"),
    (T::Creator, "CREATOR"),
    (T::Modifier, "MODIFIER"),
    (T::CreatedTime, "CREATED_TIME"),
    (T::UpdatedTime, "UPDATED_TIME"),
    (T::Status, "STATUS"),
    (T::StatusAssignee, "STATUS_ASSIGNEE"),
    (T::Category, "CATEGORY"),
    (T::ReferenceTable, "REFERENCE_TABLE"),
    (T::Group, "GROUP"),
];

impl FieldType {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(field_type, _)| *field_type)
    }

    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }

    /// Whether a request may set the field's value.
    pub(crate) fn is_writable(self) -> bool {
        self.holds_value() && self != T::Calc
    }

    /// Whether a record stores a value for it, other than what the system keeps.
    pub(crate) fn holds_value(self) -> bool {
        !matches!(
            self,
            T::RecordNumber
                | T::Creator
                | T::Modifier
                | T::CreatedTime
                | T::UpdatedTime
                | T::Status
                | T::StatusAssignee
                | T::Category
                | T::ReferenceTable
                | T::Group
        )
    }

    /// Whether `required` is enforced for it. Captures of the real service show that it is not for
    /// radio buttons and calculated fields.
    pub(crate) fn enforces_required(self) -> bool {
        self.is_writable() && !matches!(self, T::RadioButton | T::Subtable)
    }

    pub(crate) fn is_choice(self) -> bool {
        matches!(self, T::CheckBox | T::RadioButton | T::DropDown | T::MultiSelect)
    }

    /// What an empty field reads.
    pub(crate) fn empty(self) -> Value {
        match self {
            T::CheckBox
            | T::MultiSelect
            | T::File
            | T::UserSelect
            | T::OrganizationSelect
            | T::GroupSelect
            | T::Subtable
            | T::StatusAssignee
            | T::Category => json!([]),
            T::DropDown | T::RadioButton | T::Date | T::Time => Value::Null,
            _ => json!(""),
        }
    }

    /// The tail of the key under which a missing required value is reported.
    pub(crate) fn required_suffix(self) -> &'static str {
        match self {
            T::CheckBox | T::MultiSelect | T::File => "values",
            T::UserSelect | T::OrganizationSelect | T::GroupSelect => "values.value",
            _ => "value",
        }
    }
}

/// Whether a stored value counts as empty.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
