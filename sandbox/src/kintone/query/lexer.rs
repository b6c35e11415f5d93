//! A query's text as tokens.

use crate::kintone::failure::Failure;
use crate::kintone::message;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A field code, keyword, number or function name; only its place tells which.
    Word(String),
    /// A text in double quotes, unescaped.
    Text(String),
    /// An operator, parenthesis or comma.
    Symbol(&'static str),
}

/// Longer ones first.
const SYMBOLS: &[&str] = &["!=", ">=", "<=", "=", ">", "<", "(", ")", ","];

pub(super) fn syntax_error() -> Failure {
    Failure::invalid_at("query", message::wrong_query())
}

/// Splits a query into tokens.
///
/// # Errors
/// `CB_VA01` for a text that does not end, or that holds a tab or line break as such.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, Failure> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let (text, after) = quoted(&rest[1..])?;
            tokens.push(Token::Text(text));
            rest = after;
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            tokens.push(Token::Symbol(symbol));
            rest = &rest[symbol.len()..];
        } else {
            let end = rest.find(ends_word).unwrap_or(rest.len());
            if end == 0 {
                return Err(syntax_error());
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || "\"!=<>(),".contains(character)
}

/// The text up to the closing quote, and what follows it.
fn quoted(text: &str) -> Result<(String, &str), Failure> {
    let mut unescaped = String::new();
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return Ok((unescaped, &text[position + 1..])),
            '\n' | '\t' | '\r' => return Err(syntax_error()),
            '\\' => match characters.next() {
                Some((_, 'n')) => unescaped.push('\n'),
                Some((_, 't')) => unescaped.push('\t'),
                Some((_, escaped)) => unescaped.push(escaped),
                None => return Err(syntax_error()),
            },
            other => unescaped.push(other),
        }
    }
    Err(syntax_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_unescaped() {
        let read = tokens(r#"名前="a\"b\\c\td""#).unwrap();
        let expected =
            [Token::Word("名前".to_owned()), Token::Symbol("="), Token::Text("a\"b\\c\td".to_owned())];
        assert_eq!(read, expected);
    }

    #[test]
    fn a_raw_tab_or_line_break_in_a_text_is_refused() {
        assert!(tokens("f = \"a\tb\"").is_err());
        assert!(tokens("f = \"a\nb\"").is_err());
        assert!(tokens("f = \"a").is_err());
    }
}
