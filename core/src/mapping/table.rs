//! The rows of a table (SUBTABLE).
//!
//! kintone replaces a table whole: a row that is not sent is deleted, a row that is sent without its
//! id is a new one. So rows are found again by a column that holds what tells them apart, an
//! incomplete list is never written, and a row that people added (its key column is empty) is sent
//! back by its id alone where the mapping says so.

use crate::json::{Map, Value as Json};
use schemars::JsonSchema;
use serde::Serialize;

use super::context::{Scope, Zones};
use super::fault::Fault;
use super::reference::References;
use super::rule::CompiledRule;
use super::shape::scalar;
use super::{Empty, Path, Transform, Value};
use crate::ByName;
use crate::document::read_struct;
use crate::kintone::{Field, FieldType, FormSchema, Number, Record};
use crate::validation::Code;

/// A table's rows, one for each element of a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The path of the list: `items.data`, `lines.data`, `lines.data[?proration==false]`.
    pub list: String,
    /// By what a row is found again.
    pub key: RowKey,
    /// What is written into which column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// Whether rows that people added stay. Those are the rows whose key column is empty.
    #[serde(default)]
    pub keep_others: bool,
}

read_struct!(Rows { list, key, columns = Vec::new(), keep_others = false });

/// The column by which a row is found again, and what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowKey {
    /// The column's field code. It needs no rule of its own.
    pub field: String,
    /// The path of its value in the element; the element's id unless given.
    #[serde(default = "RowKey::id")]
    pub path: String,
}

read_struct!(RowKey { field, path = RowKey::id() });

impl RowKey {
    fn id() -> String {
        "id".to_owned()
    }
}

/// What is written into one column.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The column's field code.
    pub field: String,
    /// Where the value comes from. Paths begin at the list's element.
    pub value: Value,
    /// What is done to it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transform: Vec<Transform>,
    /// What is done where there is no value after the transforms.
    #[serde(default, skip_serializing_if = "Empty::is_clear")]
    pub empty: Empty,
}

read_struct!(Column { field, value, transform = Vec::new(), empty = Empty::Clear });

/// Rows whose paths have been read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CompiledRows {
    list: Path,
    key_column: String,
    key_path: Path,
    columns: Vec<(String, CompiledRule)>,
    keep_others: bool,
}

impl CompiledRows {
    pub(super) fn new(rows: &Rows, zones: &dyn Zones) -> Result<Self, Fault> {
        let mut columns: Vec<(String, CompiledRule)> = Vec::with_capacity(rows.columns.len());
        for column in &rows.columns {
            if column.field == rows.key.field || columns.iter().any(|(code, _)| *code == column.field) {
                return Err(Fault::new(Code::ColumnMappedTwice, &column.field));
            }
            // A row is of an element; figures are of the object and stand beside the table.
            if matches!(column.value, Value::Rows(_) | Value::Ledger(_) | Value::TaxTotal(_)) {
                return Err(Fault::new(Code::TableInTable, &column.field));
            }
            let rule = CompiledRule::new(&column.value, &column.transform, &column.empty, zones)?;
            columns.push((column.field.clone(), rule));
        }
        Ok(Self {
            list: super::value::path(&rows.list)?,
            key_column: rows.key.field.clone(),
            key_path: super::value::path(&rows.key.path)?,
            columns,
            keep_others: rows.keep_others,
        })
    }

    /// What it looks at beyond its object, as far as it can be told.
    pub(super) fn look(&self, scope: Scope<'_>, seen: &mut References) {
        let Ok(Json::Array(elements)) = self.list.follow_seen(scope, seen) else {
            return;
        };
        for element in elements.iter().map(|element| scope.within(element)) {
            drop(self.key_path.follow_seen(element, seen));
            self.columns.iter().for_each(|(_, rule)| rule.look(element, seen));
        }
    }

    /// Whether rows that people added stay.
    pub(super) fn keeps_others(&self) -> bool {
        self.keep_others
    }

    /// Every path that it looks at.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        let columns = self.columns.iter().flat_map(|(_, rule)| rule.paths());
        [&self.list, &self.key_path].into_iter().chain(columns)
    }

    /// The table's value: all its rows, in the order of the list. An error comes with the value that it
    /// is about.
    pub(super) fn project(
        &self,
        scope: Scope<'_>,
        code: &str,
        form: Option<&FormSchema>,
    ) -> Result<Json, (Fault, Json)> {
        let list = self.list.follow(scope).map_err(|fault| (fault.into(), Json::Null))?;
        let Json::Array(elements) = &list else {
            return Err((Code::NotAList.into(), list));
        };
        let fields = form.and_then(|form| form.field(code)).map(|table| &table.fields);
        let key_field = fields.and_then(|fields| fields.get(&self.key_column));
        let comparable = |key: &str| comparable(key, key_field);
        let current = Current::of(scope.context.current.as_ref(), code, &self.key_column, &comparable);
        let mut rows: Vec<(String, Json)> = Vec::with_capacity(elements.len());
        for element in elements {
            let shown = self.key(scope.within(element))?;
            let key = comparable(&shown);
            if rows.iter().any(|(earlier, _)| *earlier == key) {
                return Err((Code::RowKeyTwice.into(), Json::String(key)));
            }
            let cells = self.cells(&shown, scope.within(element), fields)?;
            let row = entry(current.id(&key), cells);
            rows.push((key, row));
        }
        let others = current.others.into_iter().filter(|_| self.keep_others);
        Ok(rows.into_iter().map(|(_, row)| row).chain(others).collect())
    }

    fn key(&self, element: Scope<'_>) -> Result<String, (Fault, Json)> {
        let value = self.key_path.follow(element).map_err(|fault| (fault.into(), Json::Null))?;
        match scalar(&value) {
            Some(key) if !key.is_empty() => Ok(key),
            _ => Err((Code::RowKeyMissing.into(), value)),
        }
    }

    fn cells(
        &self,
        key: &str,
        element: Scope<'_>,
        fields: Option<&ByName<Field>>,
    ) -> Result<Json, (Fault, Json)> {
        let mut cells = Map::new();
        cells.insert(self.key_column.clone(), entry(None, Json::from(key)));
        for (code, rule) in &self.columns {
            let kind = fields.and_then(|fields| fields.get(code)).map(|field| &field.kind);
            if let Some(value) = rule.project(element, kind)? {
                cells.insert(code.clone(), entry(None, value));
            }
        }
        Ok(Json::Object(cells))
    }
}

/// The rows that kintone has.
struct Current {
    ids: ByName<Json>,
    /// Rows without a key, each by its id alone: kintone leaves what is not mentioned as it is.
    others: Vec<Json>,
}

impl Current {
    fn of(
        record: Option<&Record>,
        table: &str,
        key_column: &str,
        comparable: &dyn Fn(&str) -> String,
    ) -> Self {
        let mut current = Self { ids: ByName::new(), others: Vec::new() };
        let rows = record.and_then(|record| record.get(table)).and_then(|field| field.value.as_array());
        for row in rows.into_iter().flatten() {
            let Some(id) = row.get("id") else {
                continue;
            };
            let cell = row.get("value").and_then(|cells| cells.get(key_column)?.get("value"));
            match cell.and_then(scalar).map(|key| comparable(&key)) {
                Some(key) if !key.is_empty() => {
                    if !current.ids.contains_key(&key) {
                        current.ids.insert(key, id.clone());
                    }
                }
                _ => current.others.push(entry(Some(id), Json::Object(Map::new()))),
            }
        }
        current
    }

    fn id(&self, key: &str) -> Option<&Json> {
        self.ids.get(key)
    }
}

/// A row with the id that it has, or a cell, which has none.
fn entry(id: Option<&Json>, value: Json) -> Json {
    let mut row = Map::new();
    row.extend(id.map(|id| ("id".to_owned(), id.clone())));
    row.insert("value".to_owned(), value);
    Json::Object(row)
}

/// A number's text as kintone may give it back: a column of numbers stores `007` as `7`.
fn comparable(key: &str, column: Option<&Field>) -> String {
    let number = Number::parse(key).filter(|_| column.is_none_or(|column| column.kind == FieldType::Number));
    number.map_or_else(|| key.to_owned(), |number| number.text())
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
