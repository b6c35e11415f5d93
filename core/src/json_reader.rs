//! From JSON text (RFC 8259) to values. A name that stands twice in an object is refused: the first of
//! the two would be lost in silence.
//!
//! The same values as serde_json reads, without its code for every type that can be read and its tables
//! for numbers that no document has: what a view fetches was a tenth larger with them.

use crate::json::{Map, Number, Value};

use crate::document::{Place, Read};

/// How deep lists and objects may lie in each other, as for serde_json: each takes a part of the stack.
const DEEPEST: usize = 127;

const ENDS_EARLY: &str = "the JSON ends too early";

/// Reads a whole text.
pub(crate) fn read(json: &[u8]) -> Read<Value> {
    let Ok(text) = std::str::from_utf8(json) else {
        return Place::Whole.refuse(&["it is not UTF-8"]);
    };
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value(Place::Whole)?;
    if reader.next_sign().is_some() {
        return reader.refuse(Place::Whole, "there are trailing characters");
    }
    Ok(value)
}

struct Reader<'t> {
    text: &'t str,
    /// Up to where it was read, in bytes.
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self, place: Place<'_>) -> Read<Value> {
        match self.next_sign() {
            Some(b'{') => self.object(place),
            Some(b'[') => self.list(place),
            Some(b'"') => self.string(place).map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(place),
            Some(b't') => self.word("true", Value::Bool(true), place),
            Some(b'f') => self.word("false", Value::Bool(false), place),
            Some(b'n') => self.word("null", Value::Null, place),
            Some(_) => self.refuse(place, "a value is expected"),
            None => self.refuse(place, ENDS_EARLY),
        }
    }

    fn object(&mut self, place: Place<'_>) -> Read<Value> {
        self.enter(place)?;
        let mut object = Map::new();
        let mut is_first = true;
        while self.goes_on(b'}', is_first, place)? {
            is_first = false;
            if self.next_sign() != Some(b'"') {
                return self.refuse(place, "a name in quotes is expected");
            }
            let name = self.string(place)?;
            if object.contains_key(&name) {
                return self.refuse(place, &["the name `", &name, "` stands twice"].concat());
            }
            if self.next_sign() != Some(b':') {
                return self.refuse(place, "`:` is expected");
            }
            self.at += 1;
            let value = self.value(Place::Property(&place, &name))?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }

    fn list(&mut self, place: Place<'_>) -> Read<Value> {
        self.enter(place)?;
        let mut list = Vec::new();
        while self.goes_on(b']', list.is_empty(), place)? {
            list.push(self.value(Place::Element(&place, list.len()))?);
        }
        Ok(Value::Array(list))
    }

    /// Goes into a list or an object.
    fn enter(&mut self, place: Place<'_>) -> Read<()> {
        if self.depth == DEEPEST {
            return self.refuse(place, "lists and objects lie too deep in each other");
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Whether another part follows in a list or an object, or it ends.
    fn goes_on(&mut self, end: u8, is_first: bool, place: Place<'_>) -> Read<bool> {
        match self.next_sign() {
            Some(sign) if sign == end => {
                self.depth -= 1;
                self.at += 1;
                Ok(false)
            }
            Some(_) if is_first => Ok(true),
            Some(b',') => {
                self.at += 1;
                match self.next_sign() {
                    Some(sign) if sign == end => self.refuse(place, "a comma stands before the end"),
                    _ => Ok(true),
                }
            }
            Some(_) => self.refuse(place, "a comma or the end is expected"),
            None => self.refuse(place, ENDS_EARLY),
        }
    }

    fn word(&mut self, word: &str, value: Value, place: Place<'_>) -> Read<Value> {
        if !self.rest().starts_with(word.as_bytes()) {
            return self.refuse(place, "a value is expected");
        }
        self.at += word.len();
        Ok(value)
    }

    fn string(&mut self, place: Place<'_>) -> Read<String> {
        self.at += 1;
        let mut string = String::new();
        let mut copied = self.at;
        loop {
            let sign = self.sign();
            if let Some(b'"' | b'\\') = sign {
                string.push_str(self.text.get(copied..self.at).unwrap_or_default());
            }
            self.at += 1;
            match sign {
                Some(b'"') => return Ok(string),
                Some(b'\\') => {
                    string.push(self.escape(place)?);
                    copied = self.at;
                }
                Some(b'\0'..b' ') => return self.refuse(place, "a text has a control character"),
                Some(_) => {}
                None => return self.refuse(place, ENDS_EARLY),
            }
        }
    }

    fn escape(&mut self, place: Place<'_>) -> Read<char> {
        let sign = self.sign();
        self.at += 1;
        Ok(match sign {
            Some(sign @ (b'"' | b'\\' | b'/')) => char::from(sign),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.escaped_letter(place),
            _ => return self.refuse(place, "a text has an unknown escape"),
        })
    }

    /// `\u3042`, or two halves of a letter: `\ud83c\udf63`.
    fn escaped_letter(&mut self, place: Place<'_>) -> Read<char> {
        let mut code = self.four_digits();
        if let (Some(high @ 0xD800..0xDC00), [b'\\', b'u', ..]) = (code, self.rest()) {
            self.at += 2;
            let low = self.four_digits().filter(|low| (0xDC00..0xE000).contains(low));
            code = low.map(|low| 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        }
        match code.and_then(char::from_u32) {
            Some(letter) => Ok(letter),
            None => self.refuse(place, "an escape in a text is no letter"),
        }
    }

    fn four_digits(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = match self.sign()? {
                sign @ b'0'..=b'9' => sign - b'0',
                sign @ b'a'..=b'f' => sign - b'a' + 10,
                sign @ b'A'..=b'F' => sign - b'A' + 10,
                _ => return None,
            };
            code = code * 16 + u32::from(digit);
            self.at += 1;
        }
        Some(code)
    }

    fn number(&mut self, place: Place<'_>) -> Read<Value> {
        let is_negative = self.skip(b"-");
        let starts_with_zero = self.sign() == Some(b'0');
        let mut digits = Digits::default();
        let whole = self.digits(|digit| digits.push(digit, false));
        let mut is_whole = digits.exponent == 0;
        let mut is_right = whole == 1 || (whole > 1 && !starts_with_zero);
        if self.skip(b".") {
            is_whole = false;
            is_right &= self.digits(|digit| digits.push(digit, true)) > 0;
        }
        if self.skip(b"eE") {
            is_whole = false;
            let is_small = self.skip(b"-");
            if !is_small {
                self.skip(b"+");
            }
            let mut exponent: i32 = 0;
            let add = |digit| exponent = exponent.saturating_mul(10).saturating_add(i32::from(digit));
            is_right &= self.digits(add) > 0;
            digits.exponent = digits.exponent.saturating_add(if is_small { -exponent } else { exponent });
        }
        let number = digits.number(is_negative, is_whole).filter(|_| is_right);
        match number {
            Some(number) => Ok(number.into()),
            None => self.refuse(place, "a number is not right or too large"),
        }
    }

    /// Gives each digit that follows, and says how many there were.
    fn digits(&mut self, mut push: impl FnMut(u8)) -> usize {
        let begin = self.at;
        while let Some(sign @ b'0'..=b'9') = self.sign() {
            push(sign - b'0');
            self.at += 1;
        }
        self.at - begin
    }

    fn skip(&mut self, signs: &[u8]) -> bool {
        let is_there = self.sign().is_some_and(|sign| signs.contains(&sign));
        self.at += usize::from(is_there);
        is_there
    }

    /// What follows, spaces and line breaks left out.
    fn next_sign(&mut self) -> Option<u8> {
        while self.skip(b" \n\r\t") {}
        self.sign()
    }

    fn sign(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Refuses what stands here, and says where that is for people.
    fn refuse<T>(&self, place: Place<'_>, reason: &str) -> Read<T> {
        let (line, column) = self.line_and_column();
        place.refuse(&[reason, ", at line ", &line.to_string(), " column ", &column.to_string()])
    }

    fn line_and_column(&self) -> (u32, u32) {
        let before = self.text.as_bytes().get(..self.at).unwrap_or(self.text.as_bytes());
        let mut line: u32 = 1;
        let mut column: u32 = 1;
        for sign in before {
            column += 1;
            if *sign == b'\n' {
                line += 1;
                column = 1;
            }
        }
        (line, column)
    }
}

/// The digits of a number, with the exponent of ten by which they are too small.
#[derive(Default)]
struct Digits {
    digits: u64,
    exponent: i32,
    is_full: bool,
}

impl Digits {
    /// Another digit. One that no longer fits is left out: before the point it makes the number larger.
    fn push(&mut self, digit: u8, is_decimal: bool) {
        let more = self.digits.checked_mul(10).and_then(|digits| digits.checked_add(u64::from(digit)));
        match more.filter(|_| !self.is_full) {
            Some(digits) => {
                self.digits = digits;
                self.exponent -= i32::from(is_decimal);
            }
            None => {
                self.is_full = true;
                self.exponent += i32::from(!is_decimal);
            }
        }
    }

    /// A whole number as such where it fits, anything else as a double; `None` if it is too large.
    fn number(&self, is_negative: bool, is_whole: bool) -> Option<Number> {
        if is_whole && !is_negative {
            return Some(self.digits.into());
        }
        let negative = 0i64.checked_sub_unsigned(self.digits).filter(|number| is_whole && *number < 0);
        if let Some(negative) = negative {
            return Some(negative.into());
        }
        let double = self.double();
        Number::from_f64(if is_negative { -double } else { double })
    }

    /// As near as serde_json comes, which is near enough: the digits are rounded, and their product.
    fn double(&self) -> f64 {
        let mut double = self.digits as f64;
        // What is still to be scaled: beyond 10^400 nothing is left of any digits, or too much.
        let mut left = self.exponent.unsigned_abs().min(400);
        while left > 0 && self.digits > 0 {
            let step = left.min(2 * EXACT);
            let power = exact_power(step.min(EXACT)) * exact_power(step.saturating_sub(EXACT));
            double = if self.exponent > 0 { double * power } else { double / power };
            left -= step;
        }
        double
    }
}

/// The highest power of ten that a double holds exactly.
const EXACT: u32 = 22;

fn exact_power(exponent: u32) -> f64 {
    let mut power = 1.0;
    for _ in 0..exponent {
        power *= 10.0;
    }
    power
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_as_serde_reads(text: &str) {
        let expected = serde_json::from_str::<Value>(text).ok();
        assert_eq!(read(text.as_bytes()).ok(), expected, "{text}");
    }

    #[test]
    fn what_is_json_is_read_and_what_is_not_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "\"",
            "null",
            "nul",
            "nulll",
            "true",
            "false",
            "[]",
            "{}",
            " [ ] ",
            "{ }",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "{1:1}",
            "{\"a\":}",
            "[1]]",
            "1 2",
            "\u{feff}1",
            "{\"a\":[{}]}",
            "\"a\u{1}\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12G4\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "\"\\ud83c\\udf63あ\\n\\\"\\/\\b\\f\\r\\t\\\\\\u3042\"",
            "'a'",
            "[\"a\",\t\r\n\"b\"]",
        ] {
            is_as_serde_reads(text);
        }
    }

    #[test]
    fn numbers_are_read_as_serde_reads_them() {
        for text in [
            "0",
            "-0",
            "00",
            "01",
            "-",
            "1.",
            ".1",
            "1.0",
            "-1.5e3",
            "1e",
            "1e+",
            "1E+2",
            "1e-2",
            "0.1",
            "1.15",
            "8.875",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "1e400",
            "1e-400",
            "123456789012345678901234567890",
            "0.1234567890123456789012",
            "0e99999999999",
            "1e99999999999",
            "1e-99999999999",
            "12345678901234567890.5",
            "0.30000000000000004",
            "1e22",
            "5e-22",
        ] {
            is_as_serde_reads(text);
        }
    }

    #[test]
    fn as_deep_as_serde_reads() {
        for depth in [126, 127, 128, 10_000] {
            is_as_serde_reads(&["[".repeat(depth), "]".repeat(depth)].concat());
            is_as_serde_reads(&["{\"a\":".repeat(depth), "1".to_owned(), "}".repeat(depth)].concat());
        }
    }

    #[test]
    fn a_refusal_says_where() {
        let error = *read("{\"a\": [1,\n  {\"b\": x}]}".as_bytes()).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.reason.as_str()),
            ("a[1].b", "a value is expected, at line 2 column 9")
        );
        assert!(read(b"\"\xff\"").unwrap_err().reason.contains("UTF-8"));
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        let error = *read(br#"{"a": {"b": 1, "b": 2}}"#).unwrap_err();
        assert_eq!(error.path, "a");
        assert!(error.reason.contains("the name `b` stands twice"), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_serde_reads_it(text in "[\\[\\]{}\",:0-9eE+\\-. a\\\\ntrufls]{0,24}") {
            prop_assume!(!read(text.as_bytes()).is_err_and(|error| error.reason.contains("twice")));
            is_as_serde_reads(&text);
        }

        #[test]
        fn figures_are_read_as_serde_reads_them(digits in any::<i64>(), exponent in -44..=44) {
            is_as_serde_reads(&format!("{digits}e{exponent}"));
            is_as_serde_reads(&format!("{}.{}", digits / 1000, digits % 1000));
        }
    }
}
