//! What is done at kintone about an object as Stripe shows it.

use crate::json::Value as Json;
use schemars::JsonSchema;

use super::{CompiledTarget, Context, Departed, Gone, Projection, Zones};
use crate::kintone::{FormSchema, Record};
use crate::validation::Issue;

/// What is done at kintone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Action {
    /// The fields are written.
    Write,
    /// Nothing: the target does not take the object, or leaves the record as it is.
    Keep,
    /// The fields are written to a record that is there; none is created. Its object is gone.
    Mark,
    /// A record that is there is deleted. Its object is gone.
    Delete,
}

impl Action {
    /// The action's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Keep => "keep",
            Self::Mark => "mark",
            Self::Delete => "delete",
        }
    }
}

/// What is done about an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What is done at kintone.
    pub action: Action,
    /// Its key, if it has one.
    pub key: Option<String>,
    /// The fields that are written.
    pub record: Record,
    /// What is wrong with them.
    pub issues: Vec<Issue>,
}

impl CompiledTarget {
    /// Why the target does not take the object as Stripe shows it; `None` if it does.
    #[must_use]
    pub fn gone(&self, object: &Json) -> Option<Gone> {
        if object.get("deleted") == Some(&Json::Bool(true)) {
            Some(Gone::Deleted)
        } else if self.takes(object) {
            None
        } else {
            Some(Gone::Left)
        }
    }

    /// What is done about an object, given the record that kintone has now.
    #[must_use]
    pub fn outcome(&self, object: &Json, form: &FormSchema, context: &Context, zones: &dyn Zones) -> Outcome {
        let Projection { key, mut record, issues } = self.project_in(object, Some(form), context, zones);
        let outcome = |action, record, issues| Outcome { action, key, record, issues };
        let current = context.current.as_ref();
        // What is wrong with a projection that is not written is no matter.
        match self.gone(object).map(|gone| self.departed(gone, Some(form))) {
            Some(Departed::Keep) => outcome(Action::Keep, Record::new(), Vec::new()),
            Some(Departed::Delete) => outcome(Action::Delete, Record::new(), Vec::new()),
            Some(Departed::Write(record)) => outcome(Action::Mark, record, Vec::new()),
            None if self.leaves(current) => outcome(Action::Keep, Record::new(), Vec::new()),
            None => {
                record.retain(|code, _| self.writes(code, current));
                outcome(Action::Write, record, issues)
            }
        }
    }
}
