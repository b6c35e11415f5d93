//! Holding a query against a form: do the fields exist, do the operators fit, do the options exist.

use super::condition::{Column, Resolved, is_numeric};
use super::lexer::syntax_error;
use super::operand::Cell;
use super::operators;
use super::parser::{Comparison, Condition, Direction, Operand, Operator};
use crate::kintone::app::App;
use crate::kintone::failure::Failure;
use crate::kintone::field_type::FieldType;
use crate::kintone::form::Field;
use crate::kintone::{instant, value};

pub(super) fn condition(app: &App, condition: &Condition) -> Result<Resolved, Failure> {
    Ok(match condition {
        Condition::And(left, right) => {
            Resolved::And(Box::new(self::condition(app, left)?), Box::new(self::condition(app, right)?))
        }
        Condition::Or(left, right) => {
            Resolved::Or(Box::new(self::condition(app, left)?), Box::new(self::condition(app, right)?))
        }
        Condition::Compare(comparison) => resolve_comparison(app, comparison)?,
    })
}

pub(super) fn order(app: &App, order: &[(String, Direction)]) -> Result<Vec<(Column, Direction)>, Failure> {
    let keys = order.iter().map(|(code, direction)| {
        if let Some(column) = system_column(code) {
            return Ok((column, *direction));
        }
        let field = app.form.field(code).ok_or_else(|| unknown_field(code))?;
        if !operators::sorts(field.field_type) {
            return Err(Failure::new("GAIA_IQ03", [code, "order by"]));
        }
        Ok((Column::Field(code.clone()), *direction))
    });
    keys.collect()
}

fn unknown_field(code: &str) -> Failure {
    Failure::new("GAIA_IQ11", [code])
}

fn system_column(code: &str) -> Option<Column> {
    match code {
        "$id" => Some(Column::Id),
        "$revision" => Some(Column::Revision),
        _ => None,
    }
}

fn resolve_comparison(app: &App, comparison: &Comparison) -> Result<Resolved, Failure> {
    let Comparison { field: code, operator, operands } = comparison;
    if let Some(column) = system_column(code) {
        allow(code, FieldType::RecordNumber, *operator)?;
        let cells = read_operands(operands, |operand| number_operand(text_of(operand)))?;
        return Ok(Resolved::Compare(column, *operator, cells));
    }
    let (field, column) = if let Some(field) = app.form.field(code) {
        (field, Column::Field(code.clone()))
    } else {
        let (table, field) = app.form.inner_field(code).ok_or_else(|| unknown_field(code))?;
        if matches!(operator, Operator::Equal | Operator::NotEqual) {
            return Err(Failure::new("GAIA_IQ07", [code, operator.text()]));
        }
        let column = Column::Inner { table: table.code.clone(), field: code.clone() };
        (field, column)
    };
    let inside_table = matches!(column, Column::Inner { .. });
    let is_list = matches!(operator, Operator::In | Operator::NotIn);
    // Inside a table `in` stands for `=`, whatever the type.
    if !(inside_table && is_list) {
        allow(code, field.field_type, *operator)?;
    }
    let cells = read_operands(operands, |operand| read_operand(app, field, operand))?;
    Ok(Resolved::Compare(column, *operator, cells))
}

fn allow(code: &str, field_type: FieldType, operator: Operator) -> Result<(), Failure> {
    if operators::allows(field_type, operator) {
        Ok(())
    } else {
        Err(Failure::new("GAIA_IQ03", [code, operator.text()]))
    }
}

fn read_operands(
    operands: &[Operand],
    read: impl Fn(&Operand) -> Result<Cell, Failure>,
) -> Result<Vec<Cell>, Failure> {
    let cells = operands.iter().map(|operand| match operand {
        Operand::Function(name) => Err(Failure::new("GAIA_IQ23", [&format!("{name}()")])),
        other => read(other),
    });
    cells.collect()
}

fn text_of(operand: &Operand) -> &str {
    match operand {
        Operand::Text(text) | Operand::Number(text) | Operand::Function(text) => text,
    }
}

fn number_operand(text: &str) -> Result<Cell, Failure> {
    match Cell::number(text) {
        Cell::Empty if !text.is_empty() => Err(syntax_error()),
        cell => Ok(cell),
    }
}

fn read_operand(app: &App, field: &Field, operand: &Operand) -> Result<Cell, Failure> {
    let text = text_of(operand);
    let field_type = field.field_type;
    if field_type == FieldType::RecordNumber {
        let prefix = format!("{}-", app.code);
        return number_operand(text.strip_prefix(&prefix).unwrap_or(text));
    }
    if is_numeric(field_type) {
        return number_operand(text);
    }
    if text.is_empty() {
        return Ok(Cell::Empty);
    }
    if field_type.is_choice() && !field.options.iter().any(|option| option == text) {
        return Err(Failure::new("GAIA_IQ10", [&field.code, text]));
    }
    let normalised = match field_type {
        FieldType::Date => value::parse_date(text).map(instant::date),
        FieldType::Time => value::parse_time(text),
        FieldType::Datetime | FieldType::CreatedTime | FieldType::UpdatedTime => {
            value::parse_datetime(text).map(instant::format_utc)
        }
        _ => Some(text.to_owned()),
    };
    normalised.map(|text| Cell::text(&text)).ok_or_else(syntax_error)
}
