//! What changed in kintone's forms since the mapping was stored, in terms of the mapping.

use daicho_core::validation::{Issue, Severity, schema_drift};

use crate::config::{self, Active};
use crate::error::EngineError;
use crate::kintone;
use crate::port::World;
use crate::tenant::Tenant;

impl<W: World> Tenant<W> {
    /// What changed in the forms as they were last read, and what of the mapping does not fit them.
    pub(super) fn drift(&self, active: &Active) -> Result<Vec<Issue>, EngineError> {
        let mut issues = Vec::new();
        for target in active.mapping().targets() {
            let form = active.connection_of(target).map(|app| self.cached_form(app)).transpose()?.flatten();
            let (Some(form), Some(definition)) = (form, active.definition(&target.name)) else { continue };
            let wrong = config::mapping_against_form(&target.name, definition, &form);
            let changes = match kintone::mapped(&self.world, &target.name)? {
                Some(before) => schema_drift(&target.name, definition, &before, &form.form),
                None => Vec::new(),
            };
            issues.extend(told(changes, wrong.into_iter().filter(Issue::is_error).collect()));
        }
        Ok(issues)
    }
}

/// Of one place the change is told rather than what is wrong since: it says more. A change after which
/// nothing is wrong is a warning, since writing goes on.
fn told(mut changes: Vec<Issue>, mut wrong: Vec<Issue>) -> Vec<Issue> {
    let same = |one: &Issue, other: &Issue| one.rule == other.rule && one.field == other.field;
    for change in &mut changes {
        let breaks = wrong.iter().any(|issue| same(issue, change));
        change.severity = if breaks { Severity::Error } else { Severity::Warning };
    }
    wrong.retain(|issue| !changes.iter().any(|change| same(change, issue)));
    changes.extend(wrong);
    changes
}
