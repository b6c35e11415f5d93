//! `like`: kintone searches an index of words, not the text. A word of ASCII letters is only found
//! whole; other scripts are found by their parts.

/// Whether every word of `wanted` is found in `text`.
pub(super) fn finds(text: &str, wanted: &str) -> bool {
    let words: Vec<String> = words(text).collect();
    let mut wanted = self::words(wanted).peekable();
    wanted.peek().is_some()
        && wanted.all(|sought| {
            words.iter().any(|word| if sought.is_ascii() { *word == sought } else { word.contains(&sought) })
        })
}

/// Runs of letters and digits, split where the script changes between ASCII and other.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous: Option<bool> = None;
    for character in text.to_lowercase().chars() {
        if !character.is_alphanumeric() {
            previous = None;
            continue;
        }
        let ascii = character.is_ascii();
        match words.last_mut() {
            Some(word) if previous == Some(ascii) => word.push(character),
            _ => words.push(character.to_string()),
        }
        previous = Some(ascii);
    }
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::finds;

    #[test]
    fn a_part_of_an_ascii_word_is_not_found() {
        assert!(finds("cus_ABC 様", "abc"));
        assert!(!finds("customer", "cust"));
        assert!(finds("株式会社さくら商事", "さくら"));
        assert!(!finds("株式会社さくら商事", "うめ"));
        assert!(!finds("anything", "--"));
    }
}
