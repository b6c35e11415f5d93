//! One rule, read once: a value, its transforms, and what is done where there is nothing.

use crate::json::Value as Json;

use super::context::{Scope, Zones};
use super::fault::Fault;
use super::figure::CompiledFigure;
use super::reference::References;
use super::shape::shaped;
use super::transform::{CompiledTransform, is_nothing};
use super::value::CompiledValue;
use super::{Empty, Path, Transform, Value};
use crate::kintone::FieldType;
use crate::validation::Code;

/// A rule for one value: of a field, or of a table's column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CompiledRule {
    value: CompiledValue,
    transforms: Vec<CompiledTransform>,
    empty: Empty,
}

impl CompiledRule {
    pub(super) fn new(
        value: &Value,
        transforms: &[Transform],
        empty: &Empty,
        zones: &dyn Zones,
    ) -> Result<Self, Fault> {
        let new = |transform| CompiledTransform::new(transform, zones);
        Ok(Self {
            value: CompiledValue::new(value, zones)?,
            transforms: transforms.iter().map(new).collect::<Result<_, _>>()?,
            empty: empty.clone(),
        })
    }

    /// What the field holds where there is no value; `None` if it is left alone.
    pub(super) fn when_empty(&self, kind: Option<&FieldType>) -> Option<Json> {
        match &self.empty {
            Empty::Clear => shaped(&Json::Null, kind),
            Empty::Leave => None,
            Empty::Default(text) => shaped(&Json::from(text.as_str()), kind),
        }
    }

    /// Which figure its value is, if it is one.
    pub(super) fn figure(&self) -> Option<&CompiledFigure> {
        self.value.figure()
    }

    /// What it looks at beyond its object, as far as it can be told.
    pub(super) fn look(&self, scope: Scope<'_>, seen: &mut References) {
        self.value.look(scope, seen);
        for path in self.transforms.iter().filter_map(CompiledTransform::path) {
            drop(path.follow_seen(scope, seen));
        }
    }

    /// Every path that it looks at.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.value.paths().into_iter().chain(self.transforms.iter().filter_map(CompiledTransform::path))
    }

    /// The value in its field's form; `None` if the field is left alone. An error comes with the value
    /// that it is about.
    pub(super) fn project(
        &self,
        scope: Scope<'_>,
        kind: Option<&FieldType>,
    ) -> Result<Option<Json>, (Fault, Json)> {
        let found = self.value.get(scope).map_err(|fault| (fault, Json::Null))?;
        let mut value = found.clone();
        for transform in &self.transforms {
            value = transform.apply(value, scope).map_err(|fault| (fault, found.clone()))?;
        }
        if is_nothing(&value) {
            return Ok(self.when_empty(kind));
        }
        let shaped = shaped(&value, kind);
        shaped.map(Some).ok_or_else(|| (Code::NotASingleValue.into(), found))
    }
}
