//! The configuration as the engine uses it.

use std::collections::BTreeSet;

use daicho_core::connections::{AppConnection, Connections};
use daicho_core::kintone::AppAddress;
use daicho_core::mapping::{Compiled, CompiledTarget, Mapping, Target};
use daicho_core::stripe::Kind;

use super::{document, observed};
use crate::error::EngineError;
use crate::port::{Query, Zones};

/// Both documents, read and compiled. A snapshot: load it again after a document was put.
#[derive(Debug, Clone, PartialEq)]
pub struct Active {
    definition: Mapping,
    mapping: Compiled,
    connections: Connections,
    observed: BTreeSet<Kind>,
    gathers: bool,
}

impl Active {
    /// Loads the configuration; `None` while one of the documents is missing, or is none that this version of Daicho
    /// can read.
    ///
    /// # Errors
    /// SQLite's refusal.
    pub fn load(sql: &(impl Query + Zones)) -> Result<Option<Self>, EngineError> {
        let (Some(definition), Some(connections)) = (document::mapping(sql)?, document::connections(sql)?)
        else {
            return Ok(None);
        };
        let Ok(mapping) = Compiled::with_zones(&definition, sql) else {
            return Ok(None);
        };
        let observed = observed::load(sql)?;
        let gathers = mapping.targets().any(|target| !target.reaches().is_empty());
        Ok(Some(Self { definition, mapping, connections, observed, gathers }))
    }

    /// The same with another mapping, as it would be put.
    #[must_use]
    pub(crate) fn with_mapping(&self, definition: Mapping, mapping: Compiled) -> Self {
        let gathers = mapping.targets().any(|target| !target.reaches().is_empty());
        Self { definition, mapping, gathers, ..self.clone() }
    }

    /// Whether objects of this kind that are known are kept right: some mapping of this tenant has
    /// looked at them.
    #[must_use]
    pub fn observes(&self, kind: &Kind) -> bool {
        self.observed.contains(kind)
    }

    /// Whether that is so of all kinds that the mapping looks at.
    pub(crate) fn observes_all(&self) -> bool {
        self.mapping.targets().all(|target| target.reaches().is_subset(&self.observed))
    }

    /// Whether any target looks at more than its object.
    #[must_use]
    pub fn gathers(&self) -> bool {
        self.gathers
    }

    /// Whether any target takes objects of this kind, or elements of their lists. Elements themselves
    /// come with the object whose list they stand in, never by an event.
    #[must_use]
    pub fn uses(&self, kind: &Kind) -> bool {
        takes(&self.mapping, kind)
    }

    /// The names of the targets that take objects of this kind.
    pub fn targets_of(&self, kind: &Kind) -> impl Iterator<Item = &str> {
        let targets = kind.source().map(|source| self.mapping.for_source(source));
        targets.into_iter().flatten().map(|target| target.name.as_str())
    }

    /// The compiled mapping.
    #[must_use]
    pub fn mapping(&self) -> &Compiled {
        &self.mapping
    }

    /// A target as the mapping document defines it.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&Target> {
        self.definition.targets.get(name)
    }

    /// The connections.
    #[must_use]
    pub fn connections(&self) -> &Connections {
        &self.connections
    }

    /// How many requests of an app's day are ours.
    #[must_use]
    pub fn daily_requests(&self, app: &AppAddress) -> u32 {
        self.connections.daily_requests(app)
    }

    /// The target of this name.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<&CompiledTarget> {
        self.mapping.target(name)
    }

    /// The connection of a target's app.
    #[must_use]
    pub fn connection_of(&self, target: &CompiledTarget) -> Option<&AppConnection> {
        self.connections.apps.get(&target.app)
    }
}

/// Whether any target of a mapping takes objects of this kind, or elements of their lists.
pub(crate) fn takes(mapping: &Compiled, kind: &Kind) -> bool {
    let is_used = |target: &CompiledTarget| match target.source.element_of() {
        Some((parent, _)) => Kind::from(parent) == *kind,
        None => Kind::from(target.source) == *kind,
    };
    mapping.targets().any(is_used)
}
