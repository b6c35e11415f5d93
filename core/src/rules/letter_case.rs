//! Comparison that ignores case, letter by letter as Event Ruler does: a letter of the pattern stands
//! for its upper and its lower case form. `ß` of a pattern also matches `SS`, not the other way.

/// What is left of `text` after it began with `pattern`.
pub(super) fn strip_prefix<'t>(text: &'t str, pattern: &str) -> Option<&'t str> {
    pattern.chars().try_fold(text, |rest, letter| {
        rest.strip_prefix(letter)
            .or_else(|| strip_all(rest, letter.to_lowercase()))
            .or_else(|| strip_all(rest, letter.to_uppercase()))
    })
}

/// What is left of `text` before it ended with `pattern`.
pub(super) fn strip_suffix<'t>(text: &'t str, pattern: &str) -> Option<&'t str> {
    pattern.chars().rev().try_fold(text, |rest, letter| {
        rest.strip_suffix(letter)
            .or_else(|| strip_all_back(rest, letter.to_lowercase().rev()))
            .or_else(|| strip_all_back(rest, letter.to_uppercase().rev()))
    })
}

/// Whether both are the same.
pub(super) fn equals(text: &str, pattern: &str) -> bool {
    strip_prefix(text, pattern) == Some("")
}

fn strip_all(text: &str, mut letters: impl Iterator<Item = char>) -> Option<&str> {
    letters.try_fold(text, |rest, letter| rest.strip_prefix(letter))
}

fn strip_all_back(text: &str, mut letters: impl Iterator<Item = char>) -> Option<&str> {
    letters.try_fold(text, |rest, letter| rest.strip_suffix(letter))
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
