//! What one value of a pattern asks of one value of an event.

use super::event::{Leaf, Number};
use super::wildcard::Wildcard;
use super::{address, letter_case};

/// One member of a field's array in a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Equals(Leaf),
    /// `exists: true`; that a field is absent is no test of a value.
    Exists,
    Text(TextTest),
    AnythingBut(Vec<Leaf>),
    AnythingButText(Vec<TextTest>),
    Numeric(Range),
    Cidr(address::Block),
}

/// A test that only a text can pass.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TextTest {
    Prefix(String),
    Suffix(String),
    PrefixIgnoreCase(String),
    SuffixIgnoreCase(String),
    EqualsIgnoreCase(String),
    Wildcard(Wildcard),
}

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) bottom: Bound,
    pub(super) top: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound {
    Open,
    Including(f64),
    Excluding(f64),
}

impl Test {
    pub(super) fn passes(&self, leaf: &Leaf) -> bool {
        match (self, leaf) {
            (Self::Equals(value), leaf) => equal(value, leaf),
            (Self::Exists, _) => true,
            (Self::Text(test), Leaf::Text(text)) => test.passes(text),
            (Self::AnythingBut(values), leaf) => !values.contains(leaf),
            (Self::AnythingButText(tests), Leaf::Text(text)) => !tests.iter().any(|test| test.passes(text)),
            (Self::AnythingButText(_), _) => true,
            (Self::Numeric(range), Leaf::Number(number)) => range.contains(*number),
            (Self::Cidr(block), Leaf::Text(text)) => block.contains(text),
            (Self::Text(_) | Self::Numeric(_) | Self::Cidr(_), _) => false,
        }
    }
}

/// Equal by value; an address is equal to itself in another spelling.
fn equal(value: &Leaf, leaf: &Leaf) -> bool {
    if value == leaf {
        return true;
    }
    let (Leaf::Text(value), Leaf::Text(text)) = (value, leaf) else { return false };
    address::read(value).is_some_and(|address| address::read(text) == Some(address))
}

impl TextTest {
    fn passes(&self, text: &str) -> bool {
        match self {
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Self::PrefixIgnoreCase(prefix) => letter_case::strip_prefix(text, prefix).is_some(),
            Self::SuffixIgnoreCase(suffix) => letter_case::strip_suffix(text, suffix).is_some(),
            Self::EqualsIgnoreCase(value) => letter_case::equals(text, value),
            Self::Wildcard(wildcard) => wildcard.matches(text),
        }
    }
}

impl Range {
    fn contains(self, number: Number) -> bool {
        let number = number.to_f64();
        let above = match self.bottom {
            Bound::Open => true,
            Bound::Including(bottom) => number >= bottom,
            Bound::Excluding(bottom) => number > bottom,
        };
        let below = match self.top {
            Bound::Open => true,
            Bound::Including(top) => number <= top,
            Bound::Excluding(top) => number < top,
        };
        above && below
    }
}
