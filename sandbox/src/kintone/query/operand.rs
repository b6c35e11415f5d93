//! What is compared: a record's cells and a query's operands, as numbers or texts.

use std::cmp::Ordering;

use serde_json::Value;

use crate::kintone::decimal::Decimal;

/// A comparable value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Empty,
    Number(Decimal),
    Text(String),
}

impl Cell {
    pub(super) fn number(text: &str) -> Self {
        Decimal::parse(text).map_or(Self::Empty, |number| Self::Number(number.stripped()))
    }

    pub(super) fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// Order between two filled cells of one kind.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => Some(left.compare(right)),
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }

    /// Order for sorting: empty ones come first.
    pub(super) fn sort_order(&self, other: &Self) -> Ordering {
        self.order(other).unwrap_or_else(|| {
            let filled = |cell: &Self| *cell != Self::Empty;
            filled(self).cmp(&filled(other))
        })
    }
}

/// The cells of a shown value: several for choices, users and the like; an empty one for none.
pub(super) fn cells(value: &Value, numeric: bool) -> Vec<Cell> {
    let cell = |text: &str| {
        if numeric { Cell::number(text) } else { Cell::text(text) }
    };
    match value {
        Value::String(text) => vec![cell(text)],
        Value::Object(entity) => {
            let code = entity.get("code").and_then(Value::as_str);
            vec![code.map_or(Cell::Empty, cell)]
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().flat_map(|item| cells(item, numeric)).collect()
        }
        _ => vec![Cell::Empty],
    }
}
