//! Telephone numbers and postal codes, as people write them in Japan.

use super::width;
use crate::mapping::{PhoneForm, Width};

/// Hyphens, dashes, a minus, a long vowel and a ruled line: whatever people take for a hyphen.
const HYPHENS: &str = "-‐‑‒–—―−ー─";

/// A telephone number in one form; `None` for what is none.
pub(super) fn phone(text: &str, form: PhoneForm) -> Option<String> {
    let text = width::convert(text, Width::Standard);
    let text = text.trim();
    let is_separator = |c: char| c.is_whitespace() || is_hyphen(c) || matches!(c, '(' | ')' | '.' | '/');
    let (abroad, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix("(+")) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !rest.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
        return None;
    }
    let groups: Vec<&str> = rest.split(is_separator).filter(|group| !group.is_empty()).collect();
    let digits: String = groups.concat();
    if !(3..=15).contains(&digits.len()) {
        return None;
    }
    // Numbers within Japan begin with 0, so this is one whose plus got lost.
    let abroad = abroad || matches!(digits.len(), 11 | 12) && digits.starts_with("81");
    if abroad && !digits.starts_with("81") {
        return Some(["+", &digits].concat());
    }
    let national = if abroad { national(&digits) } else { digits.clone() };
    Some(match form {
        PhoneForm::Digits => national,
        PhoneForm::International => match national.strip_prefix('0') {
            Some(significant) => ["+81", significant].concat(),
            None => national,
        },
        PhoneForm::Domestic => grouped(&national, if abroad { groups.get(1..) } else { Some(&groups) }),
    })
}

/// `81312345678` and the frequent `+81 (0)3…` as within Japan.
fn national(digits: &str) -> String {
    let significant = digits.get(2..).unwrap_or_default();
    ["0", significant.strip_prefix('0').unwrap_or(significant)].concat()
}

/// With hyphens: where the number's beginning says so by itself, else where they stood before.
fn grouped(national: &str, written: Option<&[&str]>) -> String {
    let sizes: &[usize] = match (national.len(), national.get(..3), national.get(..4)) {
        (10, _, Some("0120" | "0570" | "0990")) => &[4, 3, 3],
        (11, _, Some("0800")) => &[4, 3, 4],
        (11, Some("020" | "050" | "060" | "070" | "080" | "090"), _) => &[3, 4, 4],
        (10, Some(area), _) if area.starts_with("03") || area.starts_with("06") => &[2, 4, 4],
        _ => return as_written(national, written.unwrap_or_default()),
    };
    let mut groups = Vec::with_capacity(3);
    let mut rest = national;
    for size in sizes {
        let Some((group, after)) = rest.split_at_checked(*size) else {
            return national.to_owned();
        };
        groups.push(group);
        rest = after;
    }
    groups.join("-")
}

/// Area codes have two to five digits, which only a table could tell.
fn as_written(national: &str, groups: &[&str]) -> String {
    if groups.len() != 3 {
        return national.to_owned();
    }
    let joined = groups.join("-");
    if joined.starts_with('0') { joined } else { ["0", &joined].concat() }
}

fn is_hyphen(c: char) -> bool {
    HYPHENS.chars().any(|hyphen| hyphen == c)
}

/// `123-4567`, if the text is a Japanese postal code.
pub(super) fn postal_code(text: &str) -> Option<String> {
    let text = width::convert(text, Width::Standard);
    let text = text.trim();
    let text = text.strip_prefix('〒').unwrap_or(text);
    let kept: String = text.chars().filter(|c| !c.is_whitespace() && !is_hyphen(*c)).collect();
    let is_code = kept.len() == 7 && kept.bytes().all(|b| b.is_ascii_digit());
    let (area, place) = kept.split_at_checked(3).filter(|_| is_code)?;
    Some([area, "-", place].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for (text, domestic, international) in [
            ("0312345678", "03-1234-5678", "+81312345678"),
            ("+81 3-1234-5678", "03-1234-5678", "+81312345678"),
            ("+81 (0)90 1234 5678", "090-1234-5678", "+819012345678"),
            ("０９０ー１２３４ー５６７８", "090-1234-5678", "+819012345678"),
            ("(0120)123456", "0120-123-456", "+81120123456"),
            ("0800-123-4567", "0800-123-4567", "+818001234567"),
            ("045-123-4567", "045-123-4567", "+81451234567"),
            ("+81 45 123 4567", "045-123-4567", "+81451234567"),
            ("0451234567", "0451234567", "+81451234567"),
            ("+1 (415) 555-0100", "+14155550100", "+14155550100"),
            ("110", "110", "110"),
            ("03\u{2015}1234\u{2015}5678", "03-1234-5678", "+81312345678"),
            ("03\u{2500}1234\u{2012}5678", "03-1234-5678", "+81312345678"),
            ("81-3-1234-5678", "03-1234-5678", "+81312345678"),
            ("81-466-12-3456", "0466-12-3456", "+81466123456"),
            ("819012345678", "090-1234-5678", "+819012345678"),
        ] {
            assert_eq!(phone(text, PhoneForm::Domestic).as_deref(), Some(domestic), "{text}");
            assert_eq!(phone(text, PhoneForm::International).as_deref(), Some(international), "{text}");
        }
        assert_eq!(phone("+81 3-1234-5678", PhoneForm::Digits).as_deref(), Some("0312345678"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "abc", "03-1234-5678 内線5", "+", "12", "1234567890123456", "03+12"] {
            assert_eq!(phone(text, PhoneForm::Domestic), None, "{text}");
        }
    }

    #[test]
    fn a_postal_code_has_its_hyphen() {
        for text in [
            "1500041",
            "150-0041",
            "〒150-0041",
            " 〒１５０－００４１",
            "１５０ー００４１",
            "150 0041",
            "150\u{2015}0041",
            "150\u{2500}0041",
        ] {
            assert_eq!(postal_code(text).as_deref(), Some("150-0041"), "{text}");
        }
        for text in ["", "94107", "SW1A 1AA", "150-00411", "〒"] {
            assert_eq!(postal_code(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-+()0-9 ]{0,24}|\\PC{0,12}") {
            for form in [PhoneForm::Domestic, PhoneForm::International, PhoneForm::Digits] {
                let _ = phone(&text, form);
            }
            let _ = postal_code(&text);
        }
    }
}
