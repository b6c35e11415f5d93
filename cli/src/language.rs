//! Japanese or English.

use clap::ValueEnum;
use daicho_core::validation::Text;

/// The language that people are answered in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

impl Language {
    /// The text in this language.
    #[must_use]
    pub fn pick<'t>(self, ja: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }

    /// The same of a text that has both.
    #[must_use]
    pub fn of(self, text: &Text) -> &str {
        self.pick(&text.ja, &text.en)
    }
}
