//! Comparison that ignores case, letter by letter as Event Ruler does: a letter of the pattern stands
//! for its upper and its lower case form. `ß` of a pattern also matches `SS`, not the other way.

use crate::letter_case::{push_lower, push_upper};

/// What is left of `text` after it began with `pattern`.
pub(super) fn strip_prefix<'t>(text: &'t str, pattern: &str) -> Option<&'t str> {
    pattern.chars().try_fold(text, |rest, letter| {
        rest.strip_prefix(letter)
            .or_else(|| rest.strip_prefix(written(push_lower, letter).as_str()))
            .or_else(|| rest.strip_prefix(written(push_upper, letter).as_str()))
    })
}

/// What is left of `text` before it ended with `pattern`.
pub(super) fn strip_suffix<'t>(text: &'t str, pattern: &str) -> Option<&'t str> {
    pattern.chars().rev().try_fold(text, |rest, letter| {
        rest.strip_suffix(letter)
            .or_else(|| rest.strip_suffix(written(push_lower, letter).as_str()))
            .or_else(|| rest.strip_suffix(written(push_upper, letter).as_str()))
    })
}

/// Whether both are the same.
pub(super) fn equals(text: &str, pattern: &str) -> bool {
    strip_prefix(text, pattern) == Some("")
}

fn written(push: fn(char, &mut String), letter: char) -> String {
    let mut text = String::new();
    push(letter, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_are_compared_without_case() {
        for (text, pattern) in
            [("ALICE", "alice"), ("éÉ", "ÉÉ"), ("ＡＢ", "ａｂ"), ("顧客", "顧客"), ("SS", "ß"), ("", "")]
        {
            assert!(equals(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("alice", "alic"), ("alic", "alice"), ("ß", "ss"), ("a", "ａ")] {
            assert!(!equals(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn a_beginning_and_an_end_may_have_more_beside_them() {
        assert_eq!(strip_prefix("EventBridge", "eVENT"), Some("Bridge"));
        assert_eq!(strip_suffix("EventBridge", "BRIDGE"), Some("Event"));
        assert_eq!(strip_suffix("xSS", "ß"), Some("x"));
        assert_eq!((strip_prefix("ab", "b"), strip_suffix("ab", "a")), (None, None));
    }
}
