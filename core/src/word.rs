//! What a word is made of.

/// Whether it is a letter or a digit, of any script.
///
/// The standard library knows this of every character by tables that would be a fiftieth of what a view
/// fetches. Here it is told apart from punctuation and signs as people type them; what is neither
/// counts as a letter.
pub(crate) fn is_letter_or_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { !is_sign(c) }
}

fn is_sign(c: char) -> bool {
    matches!(c,
        // Latin-1's, general punctuation, currencies, arrows, mathematics, boxes and ornaments
        '\u{80}'..='\u{bf}' | '×' | '÷' | '\u{2000}'..='\u{206f}' | '\u{20a0}'..='\u{214f}'
        | '\u{2190}'..='\u{245f}' | '\u{2500}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}'
        // of Japanese: 、。〈〉「」〒〓〜゛゜゠・㈱㍿
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{302a}'..='\u{3030}' | '〶' | '〷'
        | '\u{303d}'..='\u{3040}' | '\u{3097}'..='\u{309c}' | '゠' | '・'
        | '\u{322a}'..='\u{3247}' | '\u{328a}'..='\u{32b0}' | '\u{32c0}'..='\u{33ff}'
        // in other widths and for private use, emoji
        | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe6f}' | '\u{ff00}'..='／' | '：'..='＠' | '［'..='｀'
        | '｛'..='･' | '\u{ffe0}'..='\u{ffff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_those_of_unicode_where_people_type() {
        let typed = ('\0'..'\u{80}')
            .chain('\u{c0}'..'\u{250}')
            .chain('\u{3000}'..'\u{3100}')
            .chain('\u{ff00}'..'\u{ffa0}');
        for letter in typed.chain("漢字①Ⅰ々〆ヶ髙𠮷ЯЖαω한글㈱㍿￥€…—“”★→㎡🍣\u{3000}\u{a0}\u{200b}".chars())
        {
            assert_eq!(is_letter_or_digit(letter), letter.is_alphanumeric(), "{letter:?}");
        }
    }
}
