//! What was measured, as a table or as JSON.

use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

/// Tables, in the order in which they were measured.
#[derive(Debug, Default)]
pub struct Report(Vec<Table>);

#[derive(Debug)]
struct Table {
    title: String,
    columns: Vec<String>,
    lines: Vec<(String, Vec<f64>)>,
}

impl Report {
    /// Begins a table.
    pub fn table(&mut self, title: &str, columns: &[&str]) {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        self.0.push(Table { title: title.to_owned(), columns, lines: Vec::new() });
    }

    /// Adds a line to the table that was begun last.
    pub fn line(&mut self, name: &str, figures: Vec<f64>) {
        if let Some(table) = self.0.last_mut() {
            table.lines.push((name.to_owned(), figures));
        }
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(Table::text).collect::<Vec<_>>().join("\n")
    }

    /// For machines: tables by title, lines by name, figures by column.
    #[must_use]
    pub fn json(&self) -> String {
        let tables: Map<String, Value> =
            self.0.iter().map(|table| (table.title.clone(), table.json())).collect();
        format!("{:#}", Value::Object(tables))
    }
}

impl Table {
    fn text(&self) -> String {
        let names = self.lines.iter().map(|(name, _)| name.width());
        let first = names.chain([self.title.width()]).max().unwrap_or_default();
        let width = |column: &str| column.width().max(8);
        let pad = |text: &str, to: usize| " ".repeat(to.saturating_sub(text.width()));
        let mut said = format!("{}{}", self.title, pad(&self.title, first));
        for column in &self.columns {
            said.push_str(&format!("  {}{column}", pad(column, width(column))));
        }
        for (name, figures) in &self.lines {
            said.push_str(&format!("\n{name}{}", pad(name, first)));
            for (figure, column) in figures.iter().zip(&self.columns) {
                let figure = shown(*figure);
                said.push_str(&format!("  {}{figure}", pad(&figure, width(column))));
            }
        }
        said + "\n"
    }

    fn json(&self) -> Value {
        let line = |(name, figures): &(String, Vec<f64>)| {
            let figures = self.columns.iter().cloned().zip(figures.iter().map(|figure| json!(figure)));
            (name.clone(), Value::Object(figures.collect()))
        };
        Value::Object(self.lines.iter().map(line).collect())
    }
}

/// Three digits that say something.
fn shown(figure: f64) -> String {
    match figure {
        figure if figure >= 100.0 || figure.fract() == 0.0 => format!("{figure:.0}"),
        figure if figure >= 10.0 => format!("{figure:.1}"),
        figure => format!("{figure:.2}"),
    }
}
