//! A condition that fits the form, ready to be held against records.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::operand::{Cell, cells};
use super::parser::Operator;
use super::word_search;
use crate::kintone::app::App;
use crate::kintone::field_type::FieldType;
use crate::kintone::record_json::field_value;
use crate::kintone::store::Record;

pub(super) enum Resolved {
    And(Box<Resolved>, Box<Resolved>),
    Or(Box<Resolved>, Box<Resolved>),
    Compare(Column, Operator, Vec<Cell>),
}

impl Resolved {
    pub(super) fn holds(&self, app: &App, record: &Record) -> bool {
        match self {
            Self::And(left, right) => left.holds(app, record) && right.holds(app, record),
            Self::Or(left, right) => left.holds(app, record) || right.holds(app, record),
            Self::Compare(column, operator, operands) => {
                compare(&column.cells(app, record), *operator, operands)
            }
        }
    }
}

fn compare(cells: &[Cell], operator: Operator, operands: &[Cell]) -> bool {
    let ordered = |accept: fn(Ordering) -> bool| {
        let operand = operands.first();
        cells.iter().any(|cell| {
            let ordering = operand.and_then(|operand| cell.order(operand));
            ordering.is_some_and(accept)
        })
    };
    let contains = || cells.iter().any(|cell| operands.contains(cell));
    let found = || {
        cells.iter().any(|cell| {
            matches!((cell, operands.first()), (Cell::Text(text), Some(Cell::Text(wanted)))
                if word_search::finds(text, wanted))
        })
    };
    let empty = || cells.iter().all(|cell| *cell == Cell::Empty);
    match operator {
        Operator::Equal | Operator::In => contains(),
        Operator::NotEqual | Operator::NotIn => !contains(),
        Operator::Greater => ordered(Ordering::is_gt),
        Operator::Less => ordered(Ordering::is_lt),
        Operator::GreaterOrEqual => ordered(Ordering::is_ge),
        Operator::LessOrEqual => ordered(Ordering::is_le),
        Operator::Like => found(),
        Operator::NotLike => !found(),
        Operator::IsEmpty => empty(),
        Operator::IsNotEmpty => !empty(),
    }
}

/// What a condition or an order looks at.
#[derive(Debug, Clone)]
pub(super) enum Column {
    Id,
    Revision,
    Field(String),
    /// A field of a table: every row's cell.
    Inner {
        table: String,
        field: String,
    },
}

impl Column {
    pub(super) fn compare(&self, app: &App, left: &Record, right: &Record) -> Ordering {
        let first = |record| self.cells(app, record).into_iter().next();
        match (first(left), first(right)) {
            (Some(left), Some(right)) => left.sort_order(&right),
            _ => Ordering::Equal,
        }
    }

    fn cells(&self, app: &App, record: &Record) -> Vec<Cell> {
        match self {
            Self::Id => vec![Cell::number(&record.id.to_string())],
            Self::Revision => vec![Cell::number(&record.revision.to_string())],
            Self::Field(code) => {
                let Some(field) = app.form.field(code) else {
                    return Vec::new();
                };
                if field.field_type == FieldType::RecordNumber {
                    return vec![Cell::number(&record.id.to_string())];
                }
                let value = field_value(app, record, field).unwrap_or_default();
                cells(&value, is_numeric(field.field_type))
            }
            Self::Inner { table, field } => {
                let rows = record.values.get(table).and_then(Value::as_array);
                let numeric =
                    app.form.inner_field(field).is_some_and(|(_, inner)| is_numeric(inner.field_type));
                rows.into_iter()
                    .flatten()
                    .flat_map(|row| {
                        let value = row["value"].get(field).cloned();
                        cells(&value.unwrap_or_else(|| json!("")), numeric)
                    })
                    .collect()
            }
        }
    }
}

pub(super) fn is_numeric(field_type: FieldType) -> bool {
    matches!(field_type, FieldType::Number | FieldType::Calc | FieldType::RecordNumber)
}
