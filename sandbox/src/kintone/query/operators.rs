//! Which operators each field type takes (kintone's documentation of the query language).

use super::parser::Operator;
use crate::kintone::field_type::FieldType;

use FieldType as T;
use Operator as O;

const COMPARE: &[Operator] = &[O::Equal, O::NotEqual, O::Greater, O::Less, O::GreaterOrEqual, O::LessOrEqual];

/// Whether a field of this type can be searched with this operator.
pub(super) fn allows(field_type: FieldType, operator: Operator) -> bool {
    let is_compare = COMPARE.contains(&operator);
    let is_equality = matches!(operator, O::Equal | O::NotEqual);
    let is_list = matches!(operator, O::In | O::NotIn);
    let is_like = matches!(operator, O::Like | O::NotLike);
    let is_emptiness = matches!(operator, O::IsEmpty | O::IsNotEmpty);
    match field_type {
        T::SingleLineText | T::Link => is_equality || is_list || is_like || is_emptiness,
        T::MultiLineText | T::RichText | T::File => is_like || is_emptiness,
        T::Number | T::Calc | T::RecordNumber => is_compare || is_list || is_emptiness,
        T::Date | T::Datetime | T::Time => is_compare || is_emptiness,
        T::CreatedTime | T::UpdatedTime => is_compare,
        T::Status => is_equality || is_list,
        T::RadioButton | T::DropDown | T::CheckBox | T::MultiSelect => is_list,
        T::UserSelect | T::OrganizationSelect | T::GroupSelect => is_list || is_emptiness,
        T::Creator | T::Modifier | T::StatusAssignee => is_list,
        T::Subtable | T::Category | T::ReferenceTable | T::Group => false,
    }
}

/// Whether records can be ordered by a field of this type.
pub(super) fn sorts(field_type: FieldType) -> bool {
    !matches!(
        field_type,
        T::CheckBox
            | T::MultiSelect
            | T::File
            | T::UserSelect
            | T::OrganizationSelect
            | T::GroupSelect
            | T::MultiLineText
            | T::RichText
            | T::Subtable
            | T::Category
            | T::ReferenceTable
            | T::Group
    )
}
