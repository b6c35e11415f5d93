//! Capital and small letters, as Unicode has them.
//!
//! The standard library's own tables are made for speed and would be a tenth of what a view fetches.
//! This one is a twentieth of them; a test holds it to the standard library's, letter by letter.

mod table;

use table::{LOWER, RUNS, UPPER};

/// A run of capital letters: the first, how many, from one to the next, and from each to its small
/// letter.
type Run = (u32, u16, u8, i32);

/// The text in capital letters.
pub(crate) fn upper(text: &str) -> String {
    let mut upper = String::with_capacity(text.len());
    for letter in text.chars() {
        push_upper(letter, &mut upper);
    }
    upper
}

/// The text in small letters. A Σ at the end of a word is ς.
pub(crate) fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        if letter == 'Σ' && has_case(before) && !has_case(next) {
            lower.push('ς');
        } else {
            push_lower(letter, &mut lower);
        }
        before = letter;
    }
    lower
}

/// Writes the capital of a letter, which may be several letters: of `ß`, `SS`.
pub(crate) fn push_upper(letter: char, to: &mut String) {
    push(letter, UPPER, capital(letter), to);
}

/// Writes the small form of a letter.
pub(crate) fn push_lower(letter: char, to: &mut String) {
    push(letter, LOWER, small(letter), to);
}

/// Whether it is a letter with a capital and a small form.
fn has_case(letter: char) -> bool {
    let code = u32::from(letter);
    small(letter) != code || capital(letter) != code
}

fn push(letter: char, exceptions: &str, usual: u32, to: &mut String) {
    if exceptions.chars().any(|exception| exception == letter) {
        for exception in exceptions.split(' ') {
            if let Some(others) = exception.strip_prefix(letter) {
                to.push_str(others);
                return;
            }
        }
    }
    to.push(char::from_u32(usual).unwrap_or(letter));
}

/// Of each pair, the small letter.
fn small(letter: char) -> u32 {
    let letter = u32::from(letter);
    for (first, length, step, distance) in RUNS {
        if is_in(letter, first, length, step) {
            return letter.wrapping_add_signed(distance);
        }
    }
    letter
}

/// Of each pair, the capital.
fn capital(letter: char) -> u32 {
    let letter = u32::from(letter);
    for (first, length, step, distance) in RUNS {
        if is_in(letter, first.wrapping_add_signed(distance), length, step) {
            return letter.wrapping_add_signed(distance.wrapping_neg());
        }
    }
    letter
}

fn is_in(letter: u32, first: u32, length: u16, step: u8) -> bool {
    let (beyond, step) = (letter.wrapping_sub(first), u32::from(step));
    beyond < u32::from(length) * step && beyond & (step - 1) == 0
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
