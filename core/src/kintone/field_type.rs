//! kintone's field types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A field type, as the form API names it. kintone may add types; those are kept by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[expect(missing_docs, reason = "kintone's own names, documented by Cybozu under \"フィールド形式\"")]
pub enum FieldType {
    SingleLineText,
    MultiLineText,
    RichText,
    Number,
    Date,
    Datetime,
    Time,
    DropDown,
    RadioButton,
    CheckBox,
    MultiSelect,
    Link,
    UserSelect,
    OrganizationSelect,
    GroupSelect,
    Subtable,
    File,
    Calc,
    RecordNumber,
    Creator,
    CreatedTime,
    Modifier,
    UpdatedTime,
    Status,
    StatusAssignee,
    Category,
    ReferenceTable,
    Group,
    Unknown(String),
}

pub(super) const NAMES: [(FieldType, &str); 28] = [
    (FieldType::SingleLineText, "SINGLE_LINE_TEXT"),
    (FieldType::MultiLineText, "MULTI_LINE_TEXT"),
    (FieldType::RichText, "RICH_TEXT"),
    (FieldType::Number, "NUMBER"),
    (FieldType::Date, "DATE"),
    (FieldType::Datetime, "DATETIME"),
    (FieldType::Time, "TIME"),
    (FieldType::DropDown, "DROP_DOWN"),
    (FieldType::RadioButton, "RADIO_BUTTON"),
    (FieldType::CheckBox, "CHECK_BOX"),
    (FieldType::MultiSelect, "MULTI_SELECT"),
    (FieldType::Link, "LINK"),
    (FieldType::UserSelect, "USER_SELECT"),
    (FieldType::OrganizationSelect, "ORGANIZATION_SELECT"),
    (FieldType::GroupSelect, "GROUP_SELECT"),
    (FieldType::Subtable, "SUBTABLE"),
    (FieldType::File, "FILE"),
    (FieldType::Calc, "CALC"),
    (FieldType::RecordNumber, "RECORD_NUMBER"),
    (FieldType::Creator, "CREATOR"),
    (FieldType::CreatedTime, "CREATED_TIME"),
    (FieldType::Modifier, "MODIFIER"),
    (FieldType::UpdatedTime, "UPDATED_TIME"),
    (FieldType::Status, "STATUS"),
    (FieldType::StatusAssignee, "STATUS_ASSIGNEE"),
    (FieldType::Category, "CATEGORY"),
    (FieldType::ReferenceTable, "REFERENCE_TABLE"),
    (FieldType::Group, "GROUP"),
];

impl FieldType {
    /// The form API's name, for example `SINGLE_LINE_TEXT`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Unknown(name) => name,
            known => NAMES.iter().find(|(kind, _)| kind == known).map_or("", |(_, name)| name),
        }
    }

    /// Whether a record's value can be written through the API without an app administrator's rights.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        matches!(
            self,
            Self::SingleLineText
                | Self::MultiLineText
                | Self::RichText
                | Self::Number
                | Self::Date
                | Self::Datetime
                | Self::Time
                | Self::Link
                | Self::Subtable
        ) || self.has_options()
            || self.is_selection_of_people()
    }

    /// Whether the value must be one of the field's options.
    #[must_use]
    pub fn has_options(&self) -> bool {
        matches!(self, Self::DropDown | Self::RadioButton | Self::CheckBox | Self::MultiSelect)
    }

    /// Whether the value is a list of `{code}`.
    #[must_use]
    pub fn is_selection_of_people(&self) -> bool {
        matches!(self, Self::UserSelect | Self::OrganizationSelect | Self::GroupSelect)
    }

    /// Whether the value is a list, which `[]` clears; others are cleared by `""`.
    #[must_use]
    pub fn is_multi_valued(&self) -> bool {
        matches!(self, Self::CheckBox | Self::MultiSelect | Self::Subtable) || self.is_selection_of_people()
    }

    /// Whether a field of this type may be the key of an upsert (kintone's `updateKey`).
    #[must_use]
    pub fn can_be_key(&self) -> bool {
        matches!(self, Self::SingleLineText | Self::Number)
    }
}

impl From<&str> for FieldType {
    fn from(name: &str) -> Self {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map_or_else(|| Self::Unknown(name.to_owned()), |(kind, _)| kind.clone())
    }
}

impl From<String> for FieldType {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<FieldType> for String {
    fn from(kind: FieldType) -> Self {
        kind.as_str().to_owned()
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
