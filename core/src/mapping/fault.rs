//! Why a value could not be had.

use super::related::Lost;
use crate::validation::Code;

/// The code of an issue, and the limit or name that its text mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(code: Code, detail: &str) -> Self {
        Self { code, detail: detail.to_owned() }
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
            Lost::NotGathered(id) => Self { code: Code::RelatedMissing, detail: id },
            Lost::Incomplete(path) => Self { code: Code::IncompleteList, detail: path },
        }
    }
}
