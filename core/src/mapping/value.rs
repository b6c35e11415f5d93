//! Where a value comes from, read once.

use crate::json::Value as Json;

use super::context::{Scope, Zones};
use super::fault::Fault;
use super::figure::CompiledFigure;
use super::reference::References;
use super::template::Template;
use super::transform::is_nothing;
use super::{Path, Value};
use crate::validation::Code;

/// A value whose paths have been read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CompiledValue {
    /// The first of these that has a value.
    Paths(Vec<Path>),
    Constant(Json),
    Template(Template),
    Figure(CompiledFigure),
}

impl CompiledValue {
    pub(super) fn new(value: &Value, zones: &dyn Zones) -> Result<Self, Fault> {
        Ok(match value {
            Value::Path(text) => Self::Paths(vec![path(text)?]),
            Value::First(texts) if texts.is_empty() => {
                return Err(Fault::new(Code::InvalidPath, "first: []"));
            }
            Value::First(texts) => {
                Self::Paths(texts.iter().map(|text| path(text)).collect::<Result<_, _>>()?)
            }
            Value::Constant(text) => Self::Constant(Json::String(text.clone())),
            Value::Template(text) => {
                let template = Template::parse(text, zones);
                Self::Template(template.map_err(|e| Fault::because(Code::InvalidTemplate, e.text()))?)
            }
            Value::Ledger(figure) => Self::Figure(CompiledFigure::ledger(figure, zones)?),
            Value::TaxTotal(total) => Self::Figure(CompiledFigure::tax(total)?),
            Value::Rows(_) => return Err(Fault::new(Code::TableInTable, "rows")),
        })
    }

    /// The value itself, before any transform.
    pub(super) fn get(&self, scope: Scope<'_>) -> Result<Json, Fault> {
        match self {
            Self::Constant(value) => Ok(value.clone()),
            Self::Template(template) => template.fill(scope),
            Self::Figure(figure) => figure.get(scope),
            Self::Paths(paths) => {
                for path in paths {
                    let found = path.follow(scope)?;
                    if !is_nothing(&found) {
                        return Ok(found);
                    }
                }
                Ok(Json::Null)
            }
        }
    }

    /// What it looks at beyond its object, as far as it can be told.
    pub(super) fn look(&self, scope: Scope<'_>, seen: &mut References) {
        match self {
            Self::Constant(_) => {}
            Self::Figure(figure) => figure.look(scope, seen),
            Self::Template(template) => {
                template.paths().into_iter().for_each(|path| drop(path.follow_seen(scope, seen)));
            }
            Self::Paths(paths) => {
                // The first that has a value: what those after it lead to does not matter.
                for path in paths {
                    match path.follow_seen(scope, seen) {
                        Ok(found) if is_nothing(&found) => {}
                        _ => return,
                    }
                }
            }
        }
    }

    /// Every path that it looks at.
    pub(super) fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Paths(paths) => paths.iter().collect(),
            Self::Template(template) => template.paths(),
            Self::Constant(_) | Self::Figure(_) => Vec::new(),
        }
    }

    /// Which figure it is, if it is one.
    pub(super) fn figure(&self) -> Option<&CompiledFigure> {
        if let Self::Figure(figure) = self { Some(figure) } else { None }
    }
}

/// Reads a path; a problem is told with the path.
pub(super) fn path(text: &str) -> Result<Path, Fault> {
    Path::parse(text).map_err(|error| Fault::because(Code::InvalidPath, error.text_of(text)))
}
