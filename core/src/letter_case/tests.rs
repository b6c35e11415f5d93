use std::fmt::Write as _;
use std::path::PathBuf;

use super::*;

/// No script behind this plane has capitals; the generated table would show one.
const LAST: char = '\u{1FFFF}';

fn of(push: fn(char, &mut String), letter: char) -> String {
    let mut text = String::new();
    push(letter, &mut text);
    text
}

#[test]
fn every_letter_has_the_case_that_unicode_gives_it() {
    for letter in '\0'..=LAST {
        assert_eq!(of(push_lower, letter), letter.to_lowercase().to_string(), "{letter:?}");
        assert_eq!(of(push_upper, letter), letter.to_uppercase().to_string(), "{letter:?}");
    }
}

#[test]
fn texts_are_as_the_standard_library_has_them() {
    for text in ["Straße ＡＢＣ", "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ", "İstanbul ǅ", "顧客ID ﬁ", "", "ΑΣ, ΣΑ"]
    {
        assert_eq!(lower(text), text.to_lowercase());
        assert_eq!(upper(text), text.to_uppercase());
    }
}

/// The table, from the standard library's.
fn generated() -> String {
    let single = |text: String| text.chars().next().filter(|c| text.chars().eq([*c]));
    let (mut runs, mut lower, mut upper) = (Vec::<Run>::new(), Vec::new(), Vec::new());
    for letter in '\0'..=char::MAX {
        let (small, capital) = (letter.to_lowercase().to_string(), letter.to_uppercase().to_string());
        let pair = single(small.clone()).filter(|small| small.to_uppercase().eq([letter]));
        if let Some(pair) = pair.filter(|pair| *pair != letter) {
            let distance = i64::from(u32::from(pair)) - i64::from(u32::from(letter));
            add(&mut runs, u32::from(letter), i32::try_from(distance).unwrap());
        } else if !small.chars().eq([letter]) {
            lower.push(format!("{letter}{small}"));
        }
        let is_pair = single(capital.clone()).is_some_and(|capital| capital.to_lowercase().eq([letter]));
        if !is_pair && !capital.chars().eq([letter]) {
            upper.push(format!("{letter}{capital}"));
        }
    }
    let mut code =
        "//! Generated from the standard library's tables by a test of this module.\n\n".to_owned();
    writeln!(code, "pub(super) const RUNS: [super::Run; {}] = [", runs.len()).unwrap();
    for (first, length, step, distance) in runs {
        writeln!(code, "    ({first:#X}, {length}, {step}, {distance}),").unwrap();
    }
    code.push_str("];\n");
    for (name, what, all) in [("LOWER", "small", lower), ("UPPER", "capital", upper)] {
        let lines: Vec<String> =
            all.chunks(12).map(|line| line.join(" ").escape_debug().to_string()).collect();
        let doc = format!("/// Letters whose {what} form is none of a pair, each with that form behind it.");
        write!(code, "\n{doc}\npub(super) const {name}: &str = \"\\\n    {}\";\n", lines.join(" \\\n    "))
            .unwrap();
    }
    code
}

fn add(runs: &mut Vec<Run>, letter: u32, distance: i32) {
    if let Some((first, length, step, before)) = runs.last_mut() {
        let gap = letter - (*first + (u32::from(*length) - 1) * u32::from(*step));
        if *before == distance && (gap == u32::from(*step) || *length == 1 && gap == 2) {
            *step = u8::try_from(gap).unwrap();
            *length += 1;
            return;
        }
    }
    runs.push((letter, 1, 1, distance));
}

#[test]
fn the_table_is_the_standard_librarys() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/letter_case/table.rs");
    if std::env::var_os("UPDATE_LETTER_CASE").is_some() {
        std::fs::write(&path, generated()).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == generated(),
        "Unicode has changed; renew the table with: UPDATE_LETTER_CASE=1 cargo test -p daicho-core letter_case"
    );
}
