//! Texts within texts.
//!
//! The standard library searches in a way that is fast for long texts and was a hundredth of what a view
//! fetches; names, templates and options are short.

/// Where `part` first stands in `text`.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    let last = text.len().checked_sub(part.len())?;
    (0..=last).find(|&at| text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(part.as_bytes())))
}

pub(crate) fn contains(text: &str, part: &str) -> bool {
    find(text, part).is_some()
}

/// Whether one of the words, by `|`, stands in the text.
pub(crate) fn contains_any(text: &str, words: &str) -> bool {
    words.split('|').any(|word| contains(text, word))
}

/// What stands before the first `part`, and what behind it.
pub(crate) fn split_once<'t>(text: &'t str, part: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, part)?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// What stands between one `part` and the next; no part stands nowhere.
pub(crate) fn split<'t>(text: &'t str, part: &str) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !part.is_empty() {
        let Some((piece, after)) = split_once(rest, part) else { break };
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

pub(crate) fn replace(text: &str, part: &str, by: &str) -> String {
    split(text, part).join(by)
}

/// The texts with one between each two. The standard library's own stands in a module once for each type
/// of text, and a kilobyte each time.
pub(crate) fn join(texts: &[String], between: &str) -> String {
    let mut joined = String::new();
    for (index, text) in texts.iter().enumerate() {
        joined.push_str(if index == 0 { "" } else { between });
        joined.push_str(text);
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_the_standard_library_finds(text in "[あaいb]{0,12}", part in "[あaいb]{1,3}", by in "[あa]{0,2}") {
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(contains(&text, &part), text.contains(&part));
            prop_assert_eq!(split_once(&text, &part), text.split_once(&part));
            prop_assert_eq!(split(&text, &part), text.split(&part).collect::<Vec<_>>());
            prop_assert_eq!(replace(&text, &part, &by), text.replace(&part, &by));
            let pieces: Vec<String> = text.split(&part).map(str::to_owned).collect();
            prop_assert_eq!(join(&pieces, &by), pieces.join(&by));
        }
    }

    #[test]
    fn nothing_stands_at_the_beginning_and_splits_nothing() {
        assert_eq!(find("a", ""), Some(0));
        assert_eq!(split("aあ", ""), ["aあ"]);
        assert_eq!(replace("aあ", "", "x"), "aあ");
    }
}
