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

/// The form API's names, and what kintone calls them in Japanese.
pub(super) const NAMES: [(FieldType, &str, &str); 28] = [
    (FieldType::SingleLineText, "SINGLE_LINE_TEXT", "文字列（1行）"),
    (FieldType::MultiLineText, "MULTI_LINE_TEXT", "文字列（複数行）"),
    (FieldType::RichText, "RICH_TEXT", "リッチエディター"),
    (FieldType::Number, "NUMBER", "数値"),
    (FieldType::Date, "DATE", "日付"),
    (FieldType::Datetime, "DATETIME", "日時"),
    (FieldType::Time, "TIME", "時刻"),
    (FieldType::DropDown, "DROP_DOWN", "ドロップダウン"),
    (FieldType::RadioButton, "RADIO_BUTTON", "ラジオボタン"),
    (FieldType::CheckBox, "CHECK_BOX", "チェックボックス"),
    (FieldType::MultiSelect, "MULTI_SELECT", "複数選択"),
    (FieldType::Link, "LINK", "リンク"),
    (FieldType::UserSelect, "USER_SELECT", "ユーザー選択"),
    (FieldType::OrganizationSelect, "ORGANIZATION_SELECT", "組織選択"),
    (FieldType::GroupSelect, "GROUP_SELECT", "グループ選択"),
    (FieldType::Subtable, "SUBTABLE", "テーブル"),
    (FieldType::File, "FILE", "添付ファイル"),
    (FieldType::Calc, "CALC", "計算"),
    (FieldType::RecordNumber, "RECORD_NUMBER", "レコード番号"),
    (FieldType::Creator, "CREATOR", "作成者"),
    (FieldType::CreatedTime, "CREATED_TIME", "作成日時"),
    (FieldType::Modifier, "MODIFIER", "更新者"),
    (FieldType::UpdatedTime, "UPDATED_TIME", "更新日時"),
    (FieldType::Status, "STATUS", "ステータス"),
    (FieldType::StatusAssignee, "STATUS_ASSIGNEE", "作業者"),
    (FieldType::Category, "CATEGORY", "カテゴリー"),
    (FieldType::ReferenceTable, "REFERENCE_TABLE", "関連レコード一覧"),
    (FieldType::Group, "GROUP", "グループ"),
];

impl FieldType {
    /// The form API's name, for example `SINGLE_LINE_TEXT`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Unknown(name) => name,
            known => NAMES.iter().find(|(kind, ..)| kind == known).map_or("", |(_, name, _)| name),
        }
    }

    /// What a Japanese kintone calls the type of this name in the form API; a name that is not known
    /// stays as it is.
    pub(crate) fn in_japanese(name: &str) -> &str {
        NAMES.iter().find(|(_, known, _)| *known == name).map_or(name, |(_, _, ja)| ja)
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
            .find(|(_, known, _)| *known == name)
            .map_or_else(|| Self::Unknown(name.to_owned()), |(kind, ..)| kind.clone())
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
