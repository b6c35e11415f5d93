//! What people and machines read.

use std::io::{Read, Write};

use serde_json::Value;

use crate::arguments::Lang;
use crate::failure::Failure;

/// One line.
pub fn line(out: &mut dyn Write, text: &str) -> Result<(), Failure> {
    Ok(writeln!(out, "{text}")?)
}

/// JSON for machines, indented for people who look at it all the same.
pub fn json(out: &mut dyn Write, value: &Value) -> Result<(), Failure> {
    line(out, &format!("{value:#}"))
}

/// All of standard input, as text.
pub fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Unusable(format!("standard input is no text: {error}")))?;
    Ok(text)
}

/// Each dead letter: what, where, and what to do.
pub fn dead_letters(out: &mut dyn Write, letters: &Value, lang: Lang) -> Result<(), Failure> {
    let letters = letters["dead_letters"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if letters.is_empty() {
        return line(
            out,
            if lang == Lang::Ja {
                "要対応はありません。"
            } else {
                "Nothing needs attention."
            },
        );
    }
    for letter in letters {
        let text = |key: &str| letter[key].as_str().filter(|text| !text.is_empty());
        let place: Vec<&str> = ["target", "object_id", "event_id", "field"]
            .into_iter()
            .filter_map(text)
            .collect();
        line(
            out,
            &format!(
                "{} ({})",
                place.join(" › "),
                text("code").unwrap_or("unknown")
            ),
        )?;
        line(
            out,
            &format!(
                "  {}",
                letter["text"][lang.key()].as_str().unwrap_or_default()
            ),
        )?;
    }
    Ok(())
}
