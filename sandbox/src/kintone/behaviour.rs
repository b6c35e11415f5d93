//! What is not known for sure about the real service, as switches: whoever talks to kintone must be
//! right under either answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// The switches. The default is what the documentation implies or most reports agree on, and where
/// neither says anything, what refuses less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// An upsert that inserts takes the key from `updateKey` when `record` leaves it out.
    pub upsert_fills_key: bool,
    /// `record` may repeat the field of `updateKey`; otherwise that is `CB_VA01`.
    pub key_may_be_repeated: bool,
    /// An upsert with `revision` whose record does not exist is `GAIA_CO02` instead of an insert.
    pub revision_without_record_conflicts: bool,
    /// An empty value is exempt from `minLength`.
    pub empty_skips_min_length: bool,
    /// A line break in a one-line text is refused; otherwise it is kept.
    pub line_break_refused: bool,
    /// Links are held against their protocols closely (a mail address is ASCII and has a dot after the
    /// `@`, a telephone number has digits); otherwise only what can be no link is refused.
    pub strict_links: bool,
    /// Lengths count UTF-16 units, so that a character outside the basic plane counts twice.
    pub counts_utf16: bool,
    /// Numbers keep zeros after the point (`"1.50"`); otherwise they read `"1.5"`.
    pub trailing_zeros_kept: bool,
    /// A token of another app answers `GAIA_IA02` instead of `GAIA_AP15`.
    pub foreign_token_is_unknown: bool,
    /// A refusal names the places that are wrong under `errors`; otherwise it only says that something is.
    pub errors_are_named: bool,
    /// The language without `Accept-Language`.
    pub language: Language,
    /// Statuses that differ from the usual one, by code. kintone moved several from 520 to 400.
    pub statuses: BTreeMap<String, u16>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            upsert_fills_key: true,
            key_may_be_repeated: true,
            revision_without_record_conflicts: false,
            empty_skips_min_length: true,
            line_break_refused: false,
            strict_links: false,
            counts_utf16: false,
            trailing_zeros_kept: false,
            foreign_token_is_unknown: false,
            errors_are_named: true,
            language: Language::Ja,
            statuses: BTreeMap::new(),
        }
    }
}

impl Behaviour {
    /// Answers 520 for the codes that did so before kintone moved them to 400.
    pub fn use_old_statuses(&mut self) {
        for code in ["GAIA_IA02", "GAIA_DA02", "GAIA_DA03", "CB_IL02", "GAIA_NO01"] {
            self.statuses.insert(code.to_owned(), 520);
        }
    }
}
