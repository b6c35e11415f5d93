//! Why a value could not be had.

use std::ops::Deref;

use super::related::Lost;
use crate::validation::{Code, Text};

/// What is wrong with a rule or its value. It is passed on at every level of both, so it is one pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault(Box<Told>);

/// The code of an issue, and the limit, name or reason that its text mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) code: Code,
    pub(crate) detail: Text,
}

impl Fault {
    pub(crate) fn new(code: Code, detail: &str) -> Self {
        Self::because(code, Text::of(detail, detail))
    }

    pub(crate) fn because(code: Code, reason: Text) -> Self {
        Self(Box::new(Told { code, detail: reason }))
    }
}

impl Deref for Fault {
    type Target = Told;

    fn deref(&self) -> &Told {
        &self.0
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self::new(code, "")
    }
}

impl From<Lost> for Fault {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::NotGathered(id) => Self::new(Code::RelatedMissing, &id),
            Lost::Incomplete(path) => Self::new(Code::IncompleteList, &path),
        }
    }
}
